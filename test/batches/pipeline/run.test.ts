import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../../shared/batches/create.ts'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { previewBatch } from '../../../shared/batches/preview.ts'
import { getBatch } from '../../../shared/batches/record/store.ts'
import { toBatchView } from '../../../shared/batches/view.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { AppError } from '../../../shared/contracts/errors.ts'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { createJob } from '../../../shared/labeling/jobs/create.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { insistOrFind } from '../../faults/insisting.ts'
import { shuffled } from '../../faults/random.ts'
import { askOnce, runningAnyway, runningToTheLabels, runRequest } from '../../faults/run-scenarios.ts'
import type { Scenario } from '../../faults/scenario.ts'
import { atEachCall, besideEachCall, diesAfter } from '../../support/crash/each-call.ts'
import { CAT, cats, DOG, imageId, petsPorts, petsWorld, row, sameWorld, sourceOf } from '../../support/fixtures/pets.ts'
import { jobFor, textAt } from '../../support/labeling-jobs.ts'
import { drain } from '../../support/world/drain.ts'
import { eventsIn } from '../../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import { TEAM } from '../../support/world/world.ts'

const labelingJob = { workteamArn: TEAM.workteamArn }

const imported = petsWorld(cats(3))

/** Ports over a world of its own, in which the dataset has three images. */
const threeCats = async (): Promise<MemoryPorts> => memoryPorts({ world: sameWorld(await imported) })

const request = (changes: Record<string, unknown> = {}): BatchRequest =>
  BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3, ...changes })

const put = (ports: MemoryPorts, changes: Record<string, unknown> = {}) => createBatch('b', request(changes), ports)

const view = async (ports: MemoryPorts) => toBatchView('b', (await getBatch('b', ports)).value, ports)

/** Asks for it, and lets the workers do it. */
async function run(ports: MemoryPorts, changes: Record<string, unknown>) {
  await put(ports, changes)
  await drain(ports)
  return (await view(ports)).run
}

const statesOf = ({ steps }: { steps: readonly { step: string; state: string }[] }) =>
  steps.map(({ step, state }) => `${step} ${state}`)

const typesIn = ({ world }: MemoryPorts) => eventsIn(world).map(({ type }) => type)

const faultsOf = (promise: Promise<unknown>): Promise<{ code: string; at: string[] }> =>
  promise.then(
    () => ({ code: 'none', at: [] }),
    ({ code, issues }) => ({ code, at: issues.map(({ at }: { at: string }) => at) }),
  )

describe('one call', () => {
  it('goes as far as labeling, each step shown with what it has done', async () => {
    const ports = await threeCats()
    const { state, outcome } = await put(ports, { run: 'label', labelingJob })
    expect([outcome, state.state, ports.world.sent.tasks.length]).toEqual(['created', 'selecting', 1])
    expect(statesOf((await view(ports)).run)).toEqual([
      'select running',
      'copy waiting',
      'manifest waiting',
      'label waiting',
    ])
    await drain(ports)
    const at = '2026-01-02T03:04:05.000Z'
    const done = { state: 'done', startedAt: at, endedAt: at }
    expect((await view(ports)).run).toEqual({
      upTo: 'label',
      state: 'done',
      step: 'label',
      steps: [
        { step: 'select', ...done, link: '/v1/batches/b/images' },
        { step: 'copy', ...done, link: '/v1/batches/b/copy' },
        {
          step: 'manifest',
          ...done,
          link: '/v1/batches/b/manifest',
          uri: 's3://work/data/b/manifests/input.manifest',
          lines: 3,
          omittedCount: 0,
        },
        { step: 'label', ...done, link: '/v1/labeling-jobs/b' },
      ],
    })
    expect(ports.world.labeling.requests).toHaveLength(1)
    expect(typesIn(ports)).toEqual(['batch.selected', 'batch.copied', 'manifest.written'])
  })

  it('stops where it was told to, and a later call goes further', async () => {
    const ports = await threeCats()
    expect(statesOf(await run(ports, { run: 'copy' }))).toEqual(['select done', 'copy done'])
    expect(textAt(ports, 'data/b/manifests/input.manifest')).toBeUndefined()
    const manifest = { boxes: 'open-images' }
    const further = await run(ports, { run: 'label', manifest, labelingJob: { ...labelingJob, job: 'cats-1' } })
    expect([further.state, further.steps.at(-1)?.link]).toEqual(['done', '/v1/labeling-jobs/cats-1'])
    expect(textAt(ports, 'data/b/manifests/input.manifest')).toContain('"open-images-boxes"')
    expect((await view(ports)).request).toMatchObject({ run: 'label', manifest, labelingJob })
    expect(typesIn(ports)).toEqual(['batch.selected', 'batch.copied', 'manifest.written'])
  })

  it('for less than was done leaves what is done', async () => {
    const ports = await threeCats()
    await run(ports, { run: 'manifest' })
    const stored = new Map(ports.world.stored)
    expect((await run(ports, {})).upTo).toBe('manifest')
    expect((await run(ports, { run: 'copy' })).state).toBe('done')
    expect(ports.world.stored).toEqual(stored)
  })

  it('goes on without the images that are missing', async () => {
    const ports = await threeCats()
    ports.world.stored.delete(sourceOf(2))
    const { state, steps } = await run(ports, { run: 'manifest' })
    expect([state, steps.at(-1)]).toMatchObject(['done', { lines: 2, omittedCount: 1 }])
    expect((await view(ports)).state).toBe('incomplete')
    expect(typesIn(ports)).toEqual(['batch.selected', 'batch.incomplete', 'manifest.written'])
  })

  it('twice at the same time makes one of everything', async () => {
    const ports = await threeCats()
    await Promise.all([put(ports, { run: 'label', labelingJob }), put(ports, { run: 'label', labelingJob })])
    const before = () => {
      ports.world.now = new Date(ports.world.now.getTime() + 151_000)
    }
    await drain(ports, { atOnce: true, times: 2, before })
    expect((await view(ports)).run.state).toBe('done')
    expect(ports.world.labeling.requests).toHaveLength(1)
    expect(new Set(eventsIn(ports.world).map(({ id }) => id)).size).toBe(3)
  })

  it('again, when its messages were lost, goes on', async () => {
    const ports = await threeCats()
    for (const lost of [0, 1, 2, 3]) {
      let messages = 0
      await put(ports, { run: 'manifest' })
      await drain(ports, { lost: () => messages++ >= lost })
    }
    expect((await run(ports, { run: 'manifest' })).state).toBe('done')
  })
})

describe('a step that meets trouble which passes', () => {
  it('comes again, and fails nothing', async () => {
    const ports = await threeCats()
    const down = new Set(['manifests/input.manifest', 'manifests/b/input.manifest', 'copies/'])
    ports.world.fault = ({ method, key }) => {
      const met = method === 'put' ? [...down].find((part) => key.includes(part)) : undefined
      if (met === undefined || !down.delete(met)) return undefined
      return new AppError('upstream-failed', 'S3: SlowDown (503).')
    }
    expect((await run(ports, { run: 'label', labelingJob })).state).toBe('done')
    expect([down.size, typesIn(ports).filter((type) => type === 'batch.failed')]).toEqual([0, []])
  })

  it('waits for a labeling job that another call is creating', async () => {
    const ports = await threeCats()
    let asked = 0
    ports.world.fault = ({ port, method }) => {
      if (port === 'labeler' && method === 'create') asked += 1
      return undefined
    }
    ports.world.pause = async ({ port, method }) => {
      if (port !== 'labeler' || method !== 'create' || asked > 1) return
      // The same message comes again while the job is being created.
      const { state } = await view(ports).then(({ run: { steps } }) => steps.find(({ step }) => step === 'label')!)
      expect(state).toBe('running')
      await put(ports, { run: 'label', labelingJob })
      await expect(drain(ports, { receives: 1, giveUps: 0 })).resolves.toHaveLength(1)
      expect((await view(ports)).run.state).toBe('running')
    }
    expect((await run(ports, { run: 'label', labelingJob })).state).toBe('done')
    expect([asked, ports.world.labeling.jobs.size]).toEqual([1, 1])
  })

  it('goes on with a copy that somebody began by hand, and died before a worker was told', async () => {
    const ports = await threeCats()
    const { stored, sent } = ports.world
    const image = stored.get(sourceOf(2))!
    stored.delete(sourceOf(2))
    await run(ports, { run: 'copy' })
    stored.set(sourceOf(2), image)
    await startCopy('b', ports)
    expect(sent.tasks.splice(0)).toHaveLength(1)
    const { state, steps } = await run(ports, { run: 'manifest' })
    expect([state, steps.at(-1)?.lines]).toEqual(['done', 3])
  })
})

describe('a step that fails', () => {
  const nothingThere = (ports: MemoryPorts) => [1, 2, 3].map((number) => ports.world.stored.delete(sourceOf(number)))

  it('ends the run, is named with its problem, and told; the same call tries it again', async () => {
    const ports = await threeCats()
    const { stored } = ports.world
    const images = [1, 2, 3].map((number) => [sourceOf(number), stored.get(sourceOf(number))!] as const)
    nothingThere(ports)
    const failed = await run(ports, { run: 'manifest' })
    expect(statesOf(failed)).toEqual(['select done', 'copy failed', 'manifest skipped'])
    expect(failed).toMatchObject({
      state: 'failed',
      step: 'copy',
      problem: { code: 'bad-source', detail: expect.stringContaining('None of the 3 images') },
    })
    expect(eventsIn(ports.world).at(-1)).toMatchObject({
      type: 'batch.failed',
      data: { batch: 'b', step: 'copy', problem: { code: 'bad-source' } },
    })
    for (const [uri, image] of images) stored.set(uri, image)
    const again = await run(ports, { run: 'manifest' })
    expect([again.state, again.problem]).toEqual(['done', undefined])
  })

  it('tells every time that it fails', async () => {
    const ports = await threeCats()
    nothingThere(ports)
    await run(ports, { run: 'copy' })
    await run(ports, { run: 'copy' })
    const failures = eventsIn(ports.world).filter(({ type }) => type === 'batch.failed')
    expect(new Set(failures.map(({ id }) => id)).size).toBe(2)
  })

  it('and keeps failing is given up', async () => {
    const ports = await threeCats()
    ports.world.fault = ({ method, key }) =>
      method === 'put' && key.endsWith('input.manifest') ? new Error('down') : undefined
    const failed = await run(ports, { run: 'manifest' })
    expect([failed.step, failed.problem?.code, failed.problem?.detail]).toEqual([
      'manifest',
      'internal',
      expect.stringContaining('manifest'),
    ])
  })

  it('as the choice of the images does, ends the run too', async () => {
    const ports = await threeCats()
    ports.world.fault = ({ method }) => (method === 'read' ? new Error('down') : undefined)
    const failed = await run(ports, { run: 'copy' })
    expect(statesOf(failed)).toEqual(['select failed', 'copy skipped'])
    expect([failed.state, failed.step, typesIn(ports)]).toEqual(['failed', 'select', ['batch.failed']])
    ports.world.fault = () => undefined
    expect((await run(ports, { run: 'copy' })).state).toBe('done')
  })

  it('for what was asked of it may be asked for otherwise', async () => {
    const ports = await threeCats()
    await run(ports, { run: 'manifest' })
    ports.world.labeling.refusal = 'no'
    const failed = await run(ports, { run: 'label', labelingJob: { ...labelingJob, taskTitle: 'One' } })
    expect([failed.step, failed.problem?.code]).toEqual(['label', 'preflight-failed'])
    ports.world.labeling.refusal = undefined
    expect((await run(ports, { run: 'label', labelingJob: { ...labelingJob, taskTitle: 'Two' } })).state).toBe('done')
  })
})

describe('what was acted upon', () => {
  it('cannot be asked for otherwise, and the field is named', async () => {
    const ports = await threeCats()
    await run(ports, { run: 'label', labelingJob })
    const manifest = { boxes: 'open-images' }
    const other = { run: 'label', manifest, labelingJob: { ...labelingJob, taskTitle: 'Other' } }
    expect(await faultsOf(put(ports, other))).toEqual({
      code: 'conflict',
      at: ['body.manifest.boxes', 'body.labelingJob.taskTitle'],
    })
    expect((await put(ports, { manifest: {}, labelingJob: { ...labelingJob, job: 'b' } })).outcome).toBe('existing')
  })

  it('and what was not may be', async () => {
    const ports = await threeCats()
    await run(ports, { run: 'copy', manifest: { boxes: 'open-images' } })
    expect((await run(ports, { run: 'manifest', manifest: { boxes: 'none' } })).state).toBe('done')
    expect(textAt(ports, 'data/b/manifests/input.manifest')).not.toContain('"open-images-boxes"')
  })
})

describe('a run that is stopped', () => {
  it('by cancelling its copying, goes on when it is asked for again', async () => {
    const ports = await threeCats()
    await put(ports, { run: 'manifest' })
    await drain(ports, { lost: (message) => 'chunk' in message })
    await cancelCopy('b', ports)
    const { run: cancelled } = await view(ports)
    expect([cancelled.state, ...statesOf(cancelled)]).toEqual([
      'stopped',
      'select done',
      'copy stopped',
      'manifest skipped',
    ])
    expect((await run(ports, { run: 'manifest' })).state).toBe('done')
  })

  /** Brings so many messages, then cancels. */
  const cancelledAfter = async (messages: number) => {
    const ports = await threeCats()
    await put(ports, { run: 'label', labelingJob })
    let brought = 0
    let answer: Awaited<ReturnType<typeof cancelCopy>>
    const cancel = async () => {
      if (brought++ === messages) answer = await cancelCopy('b', ports)
    }
    await cancel()
    await drain(ports, { after: cancel })
    return { ports, answer, ...(await view(ports)) }
  }

  it.each([
    ['while its images are chosen', 0, undefined, ['copy stopped', 'manifest skipped', 'label skipped']],
    ['before it copies', 1, undefined, ['copy stopped', 'manifest skipped', 'label skipped']],
    ['as it begins to copy', 2, 'cancelled', ['copy stopped', 'manifest skipped', 'label skipped']],
    ['once it has copied', 4, 'copied', ['copy stopped', 'manifest skipped', 'label skipped']],
    ['before its manifest', 5, 'copied', ['copy done', 'manifest stopped', 'label skipped']],
    ['before its labeling job', 6, 'copied', ['copy done', 'manifest done', 'label stopped']],
  ])('by cancelling it %s, does nothing more until it is asked for again', async (_, messages, state, steps) => {
    const { ports, answer, run: stopped } = await cancelledAfter(messages)
    expect([answer?.state, stopped.state, ...statesOf(stopped)]).toEqual([state, 'stopped', 'select done', ...steps])
    expect(await cancelCopy('b', ports)).toEqual(answer)
    expect(ports.world.labeling.requests).toEqual([])
    expect((await run(ports, { run: 'label', labelingJob })).state).toBe('done')
  })

  it('is so no more while its labeling job is being started', async () => {
    const ports = await threeCats()
    ports.world.fault = ({ port, method }) =>
      port === 'labeler' && method === 'create' ? new Error('down') : undefined
    await put(ports, { run: 'label', labelingJob })
    const refusals: unknown[] = []
    const after = async () => {
      const { run: now } = await view(ports)
      if (now.step === 'label' && now.steps.at(-1)?.state === 'running')
        refusals.push(await cancelCopy('b', ports).catch(({ code, message }) => [code, message]))
    }
    await drain(ports, { receives: 1, giveUps: 0, after })
    expect(refusals).toEqual([['wrong-state', expect.stringContaining('/v1/labeling-jobs/b/stop')]])
    expect((await view(ports)).run.state).toBe('running')
  })

  it('by deleting the batch, does nothing more', async () => {
    const ports = await threeCats()
    await run(ports, { run: 'copy' })
    await put(ports, { run: 'label', labelingJob })
    await deleteBatch('b', ports)
    await put(ports, {})
    await drain(ports)
    expect((await view(ports)).run).toMatchObject({ upTo: 'select', state: 'done' })
    expect(ports.world.labeling.requests).toEqual([])
  })
})

describe('while a run is under way', () => {
  const asks = { run: 'label', labelingJob }

  it.each([
    ['copying by hand', (ports: MemoryPorts) => startCopy('b', ports)],
    [
      'writing the manifest by hand',
      (ports: MemoryPorts) => writeManifest('b', ManifestRequest.parse({}), { store: true }, ports),
    ],
    ['creating the same labeling job by hand', (ports: MemoryPorts) => createJob('b', jobFor(), ports)],
  ])('%s at any moment does not disturb it', async (_, byHand) => {
    for (let at = 1; at <= 8; at++) {
      const ports = await threeCats()
      ports.world.stored.delete(sourceOf(2))
      await put(ports, asks)
      let messages = 0
      const after = async () => {
        messages += 1
        // What cannot be done yet is refused, and that is all.
        if (messages === at) await byHand(ports).catch(() => undefined)
      }
      await drain(ports, { after })
      expect([at, (await view(ports)).run.state, ports.world.labeling.requests.length]).toEqual([at, 'done', 1])
    }
  })

  it.each([
    [
      'the same is asked for',
      (ports: MemoryPorts) => createBatch('b', runRequest('label'), ports),
      /b\/batch\.json$|^b$|labeling-jobs/,
    ],
    ['it is deleted', (ports: MemoryPorts) => deleteBatch('b', ports), /data\/b\/|^b$/],
  ])('%s at any call, and nothing is lost, doubled or left half done', async (_, act, touches) => {
    const refused = ['wrong-state', 'not-found', 'conflict', 'preflight-failed'] as const
    const acting = (ports: MemoryPorts) => insistOrFind(() => act(ports), ...refused).then(() => undefined)
    const work: Scenario['work'] = async (ports, options) => {
      await insistOrFind(() => askOnce('label', ports, options), ...refused)
    }
    const { faults, wrong } = await besideEachCall({ ...runningAnyway, work }, acting, touches)
    expect(wrong).toEqual([])
    expect(faults).toBeGreaterThan(40)
  })

  it('cancelling it at any call stops it, or comes too late, and it can be gone on with', async () => {
    const wrong: string[] = []
    let madeBefore: number | undefined
    const cancel = async (ports: MemoryPorts) => {
      const isStopped = await cancelCopy('b', ports).then(
        () => true,
        () => false,
      )
      if (isStopped) madeBefore = ports.world.made.length
    }
    const work: Scenario['work'] = async (ports, options) => {
      madeBefore = undefined
      await askOnce('label', ports, options)
      const { state, steps } = (await view(ports)).run
      const { jobs } = ports.world.labeling
      const isStopped = madeBefore !== undefined
      if (isStopped !== (state === 'stopped')) wrong.push(`cancelled: ${isStopped}, and the run is ${state}`)
      if (isStopped && jobs.size > 0) wrong.push('it has a labeling job')
      const begun = ports.world.made.slice(madeBefore ?? Number.POSITIVE_INFINITY)
      if (begun.some((uri) => uri.endsWith('/start.json')))
        wrong.push(`a round was begun later: ${statesOf({ steps })}`)
      await runningAnyway.work(ports, options)
    }
    const disturbed = await besideEachCall({ ...runningAnyway, work }, cancel, /b\/(batch\.json$|copies\/)/)
    expect([...wrong, ...disturbed.wrong]).toEqual([])
    expect(disturbed.faults).toBeGreaterThan(60)
  })
})

describe('a run whose workers die at any call', () => {
  it('with messages doubled and in any order, loses nothing and does nothing twice', async () => {
    let seed = 0
    const { wrong } = await atEachCall(runningToTheLabels, diesAfter, () => shuffled(seed++))
    expect(wrong).toEqual([])
  })
})

describe('a labeling job on no image', () => {
  const asks = (changes: Record<string, unknown>) => request({ run: 'label', labelingJob, ...changes })
  const both = [1, 2].flatMap((number) => [row(number, CAT), row(number, DOG)])

  it.each([
    ['past the end of the deal', { batchOffset: 99 }, 'no image is left at batchOffset 99'],
    [
      'where another class has taken them all',
      { classNames: ['Cat', 'Dog'], examplesPerClass: 1, batchOffset: 1, skipImages: [imageId(2)] },
      'no image is left at batchOffset 1',
    ],
    ['where all are skipped', { skipImages: [imageId(1), imageId(2)] }, 'the dataset has no image'],
  ])('is refused %s, with and without validateOnly, in the same words', async (_, changes, words) => {
    const ports = await petsPorts(both)
    const stored = new Map(ports.world.stored)
    const told = { code: 'preflight-failed', message: expect.stringContaining(words), issues: [{ at: 'body' }] }
    await expect(createBatch('b', asks(changes), ports)).rejects.toMatchObject(told)
    await expect(previewBatch('b', asks(changes), ports)).rejects.toMatchObject(told)
    expect([ports.world.stored, ports.world.sent.tasks]).toEqual([stored, []])
  })

  it.each([
    ['is made where there is one', { classNames: ['Cat', 'Dog'], examplesPerClass: 1, batchOffset: 1 }, 'done'],
    ['fails in these words where only the rows could tell', { excludeFlags: ['isOccluded'] }, 'failed'],
  ])('%s', async (_, changes, state) => {
    const occluded = [1, 2].map((number) => row(number, CAT, '1,0,0,0,0'))
    const ports = await petsPorts(state === 'done' ? both : occluded)
    await previewBatch('b', asks(changes), ports)
    const { problem, ...ended } = await run(ports, { run: 'label', labelingJob, ...changes })
    expect([ended.state, ended.step]).toEqual([state, 'label'])
    const expected = { code: 'preflight-failed', detail: expect.stringContaining('the dataset has no image') }
    if (state === 'failed') expect(problem).toMatchObject(expected)
    else expect(problem).toBeUndefined()
  })
})

describe('before anything is written', () => {
  it('all that is wrong with any step is told at once, at its place', async () => {
    const ports = await threeCats()
    const stored = new Map(ports.world.stored)
    const wrong = {
      classNames: ['Catt'],
      run: 'label',
      labelingJob: { workteamArn: 'team', taskTitle: '', job: 'x' },
    }
    const told = {
      code: 'unknown-class',
      at: ['body.classNames[0]', 'body.labelingJob.taskTitle', 'body.labelingJob.workteamArn'],
    }
    expect(await faultsOf(put(ports, wrong))).toEqual(told)
    expect(await faultsOf(previewBatch('b', request(wrong), ports))).toEqual(told)
    expect([ports.world.stored, ports.world.sent.tasks]).toEqual([stored, []])
  })

  it('a name that another labeling job has is refused', async () => {
    const ports = await threeCats()
    await run(ports, { run: 'label', labelingJob: { ...labelingJob, job: 'cats-1' } })
    for (const [job, words] of [
      ['Cats-1', 'there is a labeling job "cats-1" already; choose another name'],
      ['cats-1', 'Another labeling job is called "cats-1"; choose another name'],
    ]) {
      const other = request({ run: 'label', labelingJob: { ...labelingJob, job, taskTitle: 'Other' } })
      const message = expect.stringContaining(words ?? '')
      const told = { code: 'conflict', message, issues: [{ at: 'body.labelingJob.job', message }] }
      await expect(createBatch('c', other, ports)).rejects.toMatchObject(told)
    }
  })

  it.each([
    ['a job without a name on a batch that is called as a folder', 'images', {}, 'body.labelingJob.job'],
    [
      'the attribute that the known boxes have',
      'b',
      { labelAttributeName: 'open-images-boxes' },
      'body.labelingJob.labelAttributeName',
    ],
    ['a job to be continued, of which there is none', 'b', { continueFrom: 'none' }, 'body.labelingJob.continueFrom'],
  ])('%s is refused', async (_, batch, changes, at) => {
    const ports = await threeCats()
    const asked = request({
      run: 'label',
      manifest: { boxes: 'open-images' },
      labelingJob: { ...labelingJob, ...changes },
    })
    expect((await faultsOf(createBatch(batch, asked, ports))).at).toContain(at)
  })

  it('provenance is refused where the dataset tells none', async () => {
    const ports = await threeCats()
    for (const uri of ports.world.stored.keys())
      if (/raw\/pets\/.*images\.csv$/.test(uri)) ports.world.stored.delete(uri)
    const asked = { run: 'manifest', manifest: { provenance: true } }
    expect(await faultsOf(put(ports, asked))).toEqual({ code: 'wrong-state', at: ['body.manifest.provenance'] })
    expect((await put(ports, { ...asked, run: 'copy' })).outcome).toBe('created')
  })

  it.each([
    [{ run: 'label' }, 'labelingJob'],
    [{ run: 'label', labelingJob: { ...labelingJob, batch: 'b' } }, 'labelingJob'],
    [{ manifest: { boxes: 'all' } }, 'manifest.boxes'],
  ])('%j is no request', (changes, path) => {
    const parsed = BatchRequest.safeParse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3, ...changes })
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path])
  })

  it('the whole plan is told when asked for, and nothing is written or sent', async () => {
    const ports = await threeCats()
    const stored = new Map(ports.world.stored)
    const asked = request({ examplesPerClass: 2, run: 'label', labelingJob: { ...labelingJob, workersPerObject: 3 } })
    const { run: plan, background } = await previewBatch('b', asked, ports)
    expect(background).toBe(true)
    expect(plan).toMatchObject({
      upTo: 'label',
      steps: ['select', 'copy', 'manifest', 'label'],
      copy: { images: 2, chunks: 1 },
      manifest: { lines: 2, manifestUri: 's3://work/data/b/manifests/input.manifest' },
      labelingJob: {
        job: 'b',
        objects: 2,
        tasks: 6,
        addsCorsRule: true,
        outputManifestUri: 's3://work/data/b/b/manifests/output/output.manifest',
        warnings: [{ code: 'several-workers' }],
      },
    })
    expect([ports.world.stored, ports.world.sent.tasks]).toEqual([stored, []])
  })

  it('only what is left is told of a batch that goes further', async () => {
    const ports = await threeCats()
    await run(ports, { run: 'manifest' })
    const { run: plan } = await previewBatch('b', request({ run: 'label', labelingJob }), ports)
    expect(plan).toMatchObject({ steps: ['label'], labelingJob: { objects: 3, tasks: 15 } })
    expect([plan.copy, plan.manifest]).toEqual([undefined, undefined])
  })

  it('a batch that goes further needs no dataset any more, and says so when it is only asked', async () => {
    const ports = await threeCats()
    await run(ports, { run: 'copy' })
    ports.world.stored.delete('s3://work/data/raw/pets/dataset.json')
    const asked = request({ run: 'manifest' })
    const { recipe, imageCount, classes, cost } = await view(ports)
    const chosen = { recipe, imageCount, classes, cost }
    expect(await previewBatch('b', asked, ports)).toMatchObject({ ...chosen, background: true })
    expect(await previewBatch('b', request(), ports)).toMatchObject({ ...chosen, background: false })
    expect((await run(ports, { run: 'manifest' })).state).toBe('done')
  })
})

describe('that the images are chosen', () => {
  it('is told once, also where whoever chose them died before', async () => {
    const ports = await threeCats()
    ports.world.fault = ({ key }) => (key === 'events' ? 'before' : undefined)
    await expect(put(ports)).rejects.toThrow('died')
    ports.world.fault = () => undefined
    expect((await view(ports)).state).toBe('selected')
    await put(ports)
    await put(ports)
    expect(eventsIn(ports.world)).toMatchObject([
      { type: 'batch.selected', data: { batch: 'b', dataset: 'pets', imageCount: 3, boxCount: 3 } },
    ])
  })
})

describe('a manifest written by hand', () => {
  it('is told each time', async () => {
    const { world } = await threeCats()
    const ports = memoryPorts({ world })
    await run(ports, { run: 'copy' })
    for (let times = 0; times < 2; times++) await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)
    const written = eventsIn(world).filter(({ type }) => type === 'manifest.written')
    expect(written.map(({ data }) => [data.lines, data.omittedCount])).toEqual([
      [3, 0],
      [3, 0],
    ])
    expect(new Set(written.map(({ id }) => id)).size).toBe(2)
  })
})
