import { describe, expect, it } from '@jest/globals'
import { JobName } from '../../../shared/contracts/job-name.ts'
import { getJob } from '../../../shared/labeling/jobs/get.ts'
import { JobQuery, listJobs } from '../../../shared/labeling/jobs/list.ts'
import { JobAnnotationsQuery, listAnnotations } from '../../../shared/labeling/jobs/list-annotations.ts'
import { stopJob } from '../../../shared/labeling/jobs/stop.ts'
import { listWorkteams } from '../../../shared/labeling/sagemaker/workteams.ts'
import {
  changeServiceJob,
  copiedPorts,
  create,
  end,
  endAndPublish,
  jobFor,
  putOutput,
  textAt,
} from '../../support/fixtures/labeling-jobs.ts'
import { toCopyUri } from '../../support/fixtures/pets.ts'
import { SimulatedCrash } from '../../support/world/call.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const NO_COUNTERS = { labeled: 0, humanLabeled: 0, machineLabeled: 0, failed: 0, unlabeled: 0 }

async function created(...jobs: string[]): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  for (const job of jobs) {
    await create(ports, job)
    ports.world.now = new Date(ports.world.now.getTime() + 1000)
  }
  return ports
}

/** A job `theirs` that the service has and that was not created here. */
async function withForeign(): Promise<MemoryPorts> {
  const ports = await created('ours', 'theirs')
  ports.world.stored.delete('s3://work/system/labeling-jobs/theirs.json')
  changeServiceJob(ports, 'theirs', { inputManifestUri: 's3://other/theirs.manifest' })
  return ports
}

describe('GET /v1/labeling-jobs/{job}', () => {
  it('shows the number of objects before the service counts them', async () => {
    const ports = await created('cats-1')
    expect(await getJob('cats-1', ports)).toMatchObject({
      job: 'cats-1',
      batch: 'b',
      status: 'Initializing',
      counters: { total: 5, labeled: 0, failed: 0, unlabeled: 5 },
      progressPercent: 0,
      warnings: [],
      portalUrl: 'https://abc.labeling.us-east-1.sagemaker.aws',
      workteamArn: expect.stringMatching(/our-team$/),
    })
  })

  it('shows the progress, whatever the case of the name', async () => {
    const ports = await created('Cats-1')
    const counters = { ...NO_COUNTERS, labeled: 2, humanLabeled: 2, failed: 1, unlabeled: 2 }
    changeServiceJob(ports, 'cats-1', { status: 'InProgress', counters, updatedAt: '2026-01-02T03:05:35.000Z' })
    expect(await getJob('cATS-1', ports)).toMatchObject({
      job: 'Cats-1',
      status: 'InProgress',
      counters: { total: 5, labeled: 2, humanLabeled: 2, failed: 1, unlabeled: 2 },
      progressPercent: 60,
      secondsRunning: 0,
    })
    ports.world.now = new Date(ports.world.now.getTime() + 150_000)
    expect((await getJob('cats-1', ports)).secondsRunning).toBe(120)
    changeServiceJob(ports, 'cats-1', { status: 'Stopped' })
    expect((await getJob('cats-1', ports)).secondsRunning).toBe(90)
  })

  it('warns about failed and unlabeled objects of a completed job', async () => {
    const ports = await created('cats-1')
    await endAndPublish(ports, 'cats-1', 'Completed', ['labeled', 'empty', 'expired', 'expired', 'unlabeled'])
    const { warnings, output, progressPercent } = await getJob('cats-1', ports)
    expect(warnings.map(({ code }) => code)).toEqual(['failed-objects', 'unlabeled-objects'])
    expect(warnings[0]?.message).toContain('2 of 5 objects failed (2 expired')
    expect(warnings[0]?.message).toContain('"continueFrom": "cats-1"')
    expect(progressPercent).toBe(80)
    expect(output).toEqual({
      lines: 5,
      labeled: 2,
      withoutBoxes: 1,
      boxes: 1,
      failed: 2,
      expired: 2,
      unlabeled: 1,
      unreadable: 0,
    })
  })

  it('includes objects labeled earlier when the service counts them, and never exceeds 100 percent', async () => {
    const ports = await created('cats-1')
    await endAndPublish(ports, 'cats-1', 'Stopped', ['labeled', 'labeled', 'labeled', 'unlabeled', 'unlabeled'])
    await create(ports, 'cats-2', { continueFrom: 'cats-1' })
    const { counters: before, progressPercent } = await getJob('cats-2', ports)
    expect([before.total, before.unlabeled, progressPercent]).toEqual([2, 2, 0])
    changeServiceJob(ports, 'cats-2', {
      status: 'InProgress',
      counters: { ...NO_COUNTERS, labeled: 4, unlabeled: 1 },
    })
    expect(await getJob('cats-2', ports)).toMatchObject({
      counters: { total: 5, unlabeled: 1 },
      progressPercent: 80,
    })
  })

  it('warns about lines of the output that cannot be read', async () => {
    const ports = await created('cats-1')
    putOutput(ports, 'cats-1', ['labeled'])
    const key = 'data/b/cats-1/manifests/output/output.manifest'
    await ports.objects.put(
      key,
      'no line\n{"source-ref":"s3://work/a.jpg","labels":"text","labels-metadata":{"type":"groundtruth/text"}}\n',
    )
    changeServiceJob(ports, 'cats-1', { status: 'Completed', counters: { ...NO_COUNTERS, labeled: 2 } })
    await create(ports, 'cats-1')
    expect((await getJob('cats-1', ports)).warnings).toContainEqual({
      code: 'unreadable-lines',
      message: expect.stringMatching(/^2 lines/),
    })
  })

  it('does not count blank lines of the output', async () => {
    const ports = await created('cats-1')
    await endAndPublish(ports, 'cats-1', 'Completed', ['labeled', 'empty', 'expired', 'expired', 'unlabeled'])
    const { output } = await getJob('cats-1', ports)
    const other = await created('cats-1')
    putOutput(other, 'cats-1', ['labeled', 'empty', 'expired', 'expired', 'unlabeled'])
    const key = 'data/b/cats-1/manifests/output/output.manifest'
    await other.objects.put(key, `${(textAt(other, key) ?? '').replaceAll('\n', '\n \n')}\n\n`)
    changeServiceJob(other, 'cats-1', { status: 'Completed', counters: { ...NO_COUNTERS, labeled: 2 } })
    await create(other, 'cats-1')
    expect((await getJob('cats-1', other)).output).toEqual(output)
  })

  it('does not show the status of another job that has the name of a claim', async () => {
    const ports = await copiedPorts()
    ports.world.fault = ({ method, port }) => (port === 'labeler' && method === 'create' ? 'after' : undefined)
    await expect(create(ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    changeServiceJob(ports, 'cats-1', { status: 'Completed', inputManifestUri: 's3://work/theirs.manifest' })
    expect((await getJob('cats-1', ports)).status).toBe('Creating')
  })

  it('shows a new job that the service does not find yet, and no old one that it has lost', async () => {
    const ports = await created('cats-1')
    ports.world.labeling.jobs.clear()
    expect(await getJob('cats-1', ports)).toMatchObject({ status: 'Creating', warnings: [] })
    ports.world.now = new Date(ports.world.now.getTime() + 150_000)
    await expect(getJob('cats-1', ports)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('shows the failure reason of the service', async () => {
    const ports = await created('cats-1')
    changeServiceJob(ports, 'cats-1', { status: 'Failed', failureReason: 'ClientError: no access' })
    expect(await getJob('cats-1', ports)).toMatchObject({
      status: 'Failed',
      failureReason: 'ClientError: no access',
    })
  })

  it('shows a job that is being created, which cannot be stopped', async () => {
    const ports = await copiedPorts()
    ports.world.fault = ({ method, port }) => (port === 'labeler' && method === 'create' ? 'before' : undefined)
    await expect(create(ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    expect(await getJob('cats-1', ports)).toMatchObject({ status: 'Creating', counters: { total: 5 } })
    await expect(stopJob('cats-1', ports)).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringContaining('"cats-1" is being created'),
    })
    ports.world.now = new Date(ports.world.now.getTime() + 151_000)
    expect((await getJob('cats-1', ports)).warnings).toMatchObject([{ code: 'creation-stopped' }])
    await expect(stopJob('cats-1', ports)).rejects.toMatchObject({
      message: expect.stringContaining('PUT'),
    })
  })

  it('shows a job that was not created here, and forbids everything else', async () => {
    const ports = await withForeign()
    const view = await getJob('theirs', ports)
    expect(view).toMatchObject({ job: 'theirs', portalUrl: 'https://abc.labeling.us-east-1.sagemaker.aws' })
    expect([view.batch, view.request]).toEqual([undefined, undefined])
    for (const attempt of [stopJob('theirs', ports), listAnnotations('theirs', JobAnnotationsQuery.parse({}), ports)])
      await expect(attempt).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('answers not-found for an unknown job', async () => {
    const ports = await copiedPorts()
    for (const attempt of [
      getJob('nobody', ports),
      stopJob('nobody', ports),
      listAnnotations('nobody', JobAnnotationsQuery.parse({}), ports),
    ])
      await expect(attempt).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('"nobody"') })
  })

  it('treats 0 and -0 in a request as equal', () => {
    const price = (dollars: number) => jobFor({ publicTaskPrice: { dollars, cents: 12 } }).publicTaskPrice
    expect(price(-0)).toEqual(price(0))
  })

  it.each(['images', 'copies', 'manifests', 'Images', 'a_b', '-a', 'a'.repeat(64), ''])(
    'refuses the job name %j',
    (name) => expect(JobName.safeParse(name).success).toBe(false),
  )
})

describe('POST /v1/labeling-jobs/{job}/stop', () => {
  it('shows that stopping takes a while, what is kept, and how to continue, and is idempotent', async () => {
    const ports = await created('cats-1')
    changeServiceJob(ports, 'cats-1', { status: 'InProgress', counters: { ...NO_COUNTERS, labeled: 2 } })
    for (let time = 0; time < 2; time++) {
      const { hasEnded, stopped } = await stopJob('CATS-1', ports)
      expect([hasEnded, stopped.status]).toEqual([false, 'Stopping'])
      expect(stopped.kept).toContain('2 of 5 objects')
      expect(stopped.kept).toContain('"continueFrom": "cats-1"')
    }
    expect(ports.world.calls.filter(({ method }) => method === 'stop')).toHaveLength(1)
  })

  it.each([
    [['labeled', 'labeled', 'empty', 'labeled', 'labeled'], /all 5 objects are labeled, in s3:\/\/work\/data\/b\//],
    [['labeled', 'expired', 'expired', 'expired', 'expired'], /ended: 1 of 5 objects are labeled.*"continueFrom"/],
    [['expired', 'expired', 'expired', 'expired', 'expired'], /ended, and nothing was labeled/],
  ] as const)('shows what is kept of a job that has ended: %j', async (kinds, kept) => {
    const ports = await created('cats-1')
    end(ports, 'cats-1', 'Completed', kinds)
    expect((await stopJob('cats-1', ports)).stopped.kept).toMatch(kept)
  })

  it.each(['Stopped', 'Completed', 'Failed'] as const)('changes nothing for a job that is %s', async (status) => {
    const ports = await created('cats-1')
    changeServiceJob(ports, 'cats-1', { status })
    expect(await stopJob('cats-1', ports)).toMatchObject({ hasEnded: true, stopped: { status } })
    expect(ports.world.calls.filter(({ method }) => method === 'stop')).toHaveLength(0)
  })

  it('succeeds when the job ends by itself meanwhile', async () => {
    const ports = await created('cats-1')
    ports.world.fault = ({ method }) => {
      if (method === 'stop') end(ports, 'cats-1', 'Completed', ['labeled'])
      return undefined
    }
    expect(await stopJob('cats-1', ports)).toMatchObject({ hasEnded: true, stopped: { status: 'Completed' } })
  })
})

describe('GET /v1/labeling-jobs', () => {
  const list = (ports: MemoryPorts, query: Record<string, string> = {}) => listJobs(JobQuery.parse(query), ports)
  const names = async (ports: MemoryPorts, query: Record<string, string> = {}) =>
    (await list(ports, query)).items.map(({ job }) => job)

  it('lists the newest first, including jobs that were not created here', async () => {
    const ports = await withForeign()
    const { items, nextCursor } = await list(ports)
    expect(items.map((item) => [item.job, 'batch' in item ? item.batch : undefined])).toEqual([
      ['theirs', undefined],
      ['ours', 'b'],
    ])
    expect(nextCursor).toBeUndefined()
    expect(items[1]).toHaveProperty('alreadyLabeled')
    for (const field of ['request', 'labels']) expect(items[1]).not.toHaveProperty(field)
  })

  it('requests at most 100 jobs at once from the service', async () => {
    const ports = await created('a')
    const limits: number[] = []
    const labeler = {
      ...ports.labeler,
      list: async ({ limit }: { limit: number }) => ({ jobs: [], next: `${limits.push(limit)}` }),
    }
    for (const limit of ['1', '100', '1000']) await listJobs(JobQuery.parse({ limit }), { ...ports, labeler })
    expect(limits).toEqual([1, 100, 100])
  })

  it('returns all pages in either order', async () => {
    const ports = await created('a', 'b', 'c')
    const first = await list(ports, { limit: '2', order: 'oldest-first' })
    const second = await list(ports, { limit: '2', order: 'oldest-first', cursor: first.nextCursor ?? '' })
    expect([...first.items, ...second.items].map(({ job }) => job)).toEqual(['a', 'b', 'c'])
    expect(second.nextCursor).toBeUndefined()
  })

  it('filters by status, name, batch and time of creation', async () => {
    const ports = await withForeign()
    changeServiceJob(ports, 'ours', { status: 'Stopped' })
    expect(await names(ports, { status: 'Stopped' })).toEqual(['ours'])
    expect(await names(ports, { nameContains: 'their' })).toEqual(['theirs'])
    expect(await names(ports, { batch: 'b' })).toEqual(['ours'])
    expect(await names(ports, { batch: 'c' })).toEqual([])
    expect(await names(ports, { createdAfter: '2026-01-02T03:04:05.500Z' })).toEqual(['theirs'])
    expect(await names(ports, { createdBefore: '2026-01-02T04:04:05.500+01:00' })).toEqual(['ours'])
  })

  it('refuses a forged cursor', async () => {
    const ports = await created('a')
    await expect(list(ports, { cursor: 'c29tZXRoaW5n' })).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

describe('GET /v1/labeling-jobs/{job}/annotations', () => {
  const read = (ports: MemoryPorts, query: Record<string, string> = {}) =>
    listAnnotations('cats-1', JobAnnotationsQuery.parse(query), ports)

  it('lists the lines with their numbers: labeled, empty, failed and unlabeled', async () => {
    const ports = await created('cats-1')
    putOutput(ports, 'cats-1', ['labeled', 'empty', 'expired', 'unlabeled'])
    const { items } = await read(ports)
    expect(items.map(({ line, outcome }) => [line, outcome])).toEqual([
      [1, 'labeled'],
      [2, 'labeled'],
      [3, 'failed'],
      [4, 'unlabeled'],
    ])
    expect(items[0]).toMatchObject({
      sourceRef: toCopyUri('b', 1),
      boxes: [{ className: 'Cat', classIndex: 0, left: 100, top: 50, width: 200, height: 100, confidence: 0.9 }],
      imageSize: { width: 400, height: 200, depth: 3 },
    })
    expect((await read(ports, { outcome: 'failed' })).items.map(({ line }) => line)).toEqual([3])
  })

  it('reads another label attribute on request', async () => {
    const ports = await created('cats-1')
    putOutput(ports, 'cats-1', ['labeled'])
    expect((await read(ports, { labelAttributeName: 'other' })).items).toMatchObject([{ outcome: 'unlabeled' }])
  })

  it('adds class names of the job that a line does not have', async () => {
    const ports = await created('cats-1')
    putOutput(ports, 'cats-1', ['labeled'])
    const key = 's3://work/data/b/cats-1/manifests/output/output.manifest'
    const text = Buffer.from(ports.world.stored.get(key)?.bytes ?? [])
      .toString()
      .replace('{"0":"Cat"}', '{}')
    await ports.objects.put(key.slice('s3://work/'.length), text)
    expect((await read(ports)).items).toMatchObject([{ boxes: [{ className: 'Cat' }] }])
  })

  it('answers not-found before the service has written anything', async () => {
    const ports = await created('cats-1')
    await expect(read(ports)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('GET /v1/labeling-jobs/cats-1'),
    })
  })

  it('answers not-found for a job that ended before anything was labeled', async () => {
    const ports = await created('cats-1')
    changeServiceJob(ports, 'cats-1', { status: 'Stopped' })
    expect((await stopJob('cats-1', ports)).stopped.kept).toContain('nothing was labeled')
    await create(ports, 'cats-1')
    await expect(read(ports)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('ended before anything was labeled'),
    })
  })
})

describe('GET /v1/workteams', () => {
  it('lists the teams with their sign-in URLs', async () => {
    const { items } = await listWorkteams({ limit: 1, cursor: undefined }, memoryPorts())
    expect(items).toEqual([
      {
        workteamArn: 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/other-team',
        name: 'other-team',
        description: 'The people next door',
        portalUrl: 'https://abc.labeling.us-east-1.sagemaker.aws',
      },
    ])
  })
})
