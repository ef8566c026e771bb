import { describe, expect, it } from '@jest/globals'
import { endpoint as createLabelingJob } from '../../../functions/labeling/create-job.ts'
import { endpoint as getLabelingJob } from '../../../functions/labeling/get-job.ts'
import { endpoint as listAnnotations } from '../../../functions/labeling/list-annotations.ts'
import { endpoint as listLabelingJobs } from '../../../functions/labeling/list-jobs.ts'
import { endpoint as stopLabelingJob } from '../../../functions/labeling/stop-job.ts'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { recordStateChange } from '../../../shared/labeling/jobs/job-changed.ts'
import { DAMAGES } from '../../support/fixtures/damages.ts'
import {
  changeServiceJob,
  copiedPorts,
  copyAgain,
  create,
  end,
  endAndPublish,
  jobFor,
  putOutput,
  stateChange,
  textAt,
} from '../../support/fixtures/labeling-jobs.ts'
import { callEndpoint } from '../../support/http/call-endpoint.ts'
import { jsonAt, keysUnder } from '../../support/world/bucket-contents.ts'
import { eventsIn } from '../../support/world/events.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'
import { TEAM } from '../../support/world/world.ts'

const KEY = 'system/labeling-jobs/cats-1.json'
const corrupt = { code: 'corrupt-state', detail: expect.stringContaining(KEY) }
const params = { job: 'cats-1' }

const put = (ports: MemoryPorts, changes: object = {}, query: Readonly<Record<string, string>> = {}) =>
  callEndpoint(createLabelingJob, ports, { params, query, body: { ...jobFor(), ...changes } })
const stored = (ports: MemoryPorts) => jsonAt(ports.world, KEY)

/** Returns ports with a running job `cats-1` and what its state was, before it was damaged. */
async function damaged(text: string | undefined, changes: Record<string, unknown> = {}) {
  const ports = await copiedPorts()
  await create(ports, 'other')
  await create(ports, 'cats-1', changes)
  const before = stored(ports)
  await (text === undefined ? ports.objects.remove([{ key: KEY }]) : ports.objects.put(KEY, text))
  return { ports, before }
}

/** Returns ports on which the creation of `cats-1` was interrupted before the service had the job. */
async function interrupted(text: string) {
  const ports = await copiedPorts()
  ports.world.fault = ({ port, method }) => (port === 'labeler' && method === 'create' ? 'before' : undefined)
  await create(ports).catch(() => undefined)
  ports.world.fault = () => undefined
  await ports.objects.put(KEY, text)
  return ports
}

describe.each(DAMAGES)('a labeling job whose state is %s', (_, text) => {
  it('is listed as unreadable, and the others as they are', async () => {
    const { ports } = await damaged(text)
    const list = async (query = {}) => (await callEndpoint(listLabelingJobs, ports, { query })).json.items
    const unreadable = { job: 'cats-1', state: 'unreadable', problem: { ...corrupt, errors: [] } }
    const other = expect.objectContaining({ job: 'other', batch: 'b', status: 'Initializing' })
    expect(await list()).toEqual([other, unreadable])
    expect(await list({ batch: 'b' })).toEqual([other, unreadable])
    expect(await list({ batch: 'c' })).toEqual([])
  })

  it.each([
    ['GET', getLabelingJob],
    ['GET annotations', listAnnotations],
  ])('answers corrupt-state to %s', async (_, endpoint) => {
    const { ports } = await damaged(text)
    const { status, json } = await callEndpoint(endpoint, ports, { params })
    expect([status, json]).toEqual([500, expect.objectContaining(corrupt)])
    expect(JSON.stringify(json)).not.toContain('whsec_hidden')
  })

  it('can be stopped', async () => {
    const { ports } = await damaged(text)
    const { status, json } = await callEndpoint(stopLabelingJob, ports, { params })
    expect([status, json]).toMatchObject([202, { job: 'cats-1', status: 'Stopping', kept: expect.any(String) }])
    expect(ports.world.labeling.jobs.get('cats-1')?.status).toBe('Stopping')
  })

  it('is not stopped when the service does not say that it was created here', async () => {
    const { ports } = await damaged(text)
    changeServiceJob(ports, 'cats-1', { inputManifestUri: 's3://theirs/input.manifest' })
    expect((await callEndpoint(stopLabelingJob, ports, { params })).json).toMatchObject(corrupt)
    ports.world.labeling.jobs.delete('cats-1')
    expect((await callEndpoint(stopLabelingJob, ports, { params })).json).toMatchObject(corrupt)
    expect(ports.world.calls.filter(({ method }) => method === 'stop')).toEqual([])
  })

  it('fails the event of its end, which is delivered again', async () => {
    const { ports } = await damaged(text)
    end(ports, 'cats-1', 'Completed', ['labeled'])
    const change = recordStateChange(stateChange('cats-1', 'Completed'), ports)
    await expect(change).rejects.toMatchObject({ code: 'corrupt-state', key: KEY })
    expect(eventsIn(ports.world)).toEqual([])
  })

  it('is created by its request when the service has no such job', async () => {
    const ports = await interrupted(text)
    expect((await put(ports, {}, { validateOnly: 'true' })).json).toMatchObject({ objects: 5 })
    expect(textAt(ports, KEY)).toBe(text)
    expect((await put(ports)).status).toBe(201)
    expect(stored(ports)).toMatchObject({ job: 'cats-1', state: 'created', lines: 5 })
    expect(ports.world.labeling.requests).toHaveLength(1)
    expect(ports.world.logged).toContainEqual({ level: 'error', event: 'state.corrupt', fields: { key: KEY } })
  })

  it('stays as it is when the request is refused', async () => {
    const ports = await interrupted(text)
    expect((await put(ports, { workersPerObject: 99 })).status).toBe(422)
    expect(textAt(ports, KEY)).toBe(text)
  })
})

describe.each([...DAMAGES, ['missing', undefined] as const])(
  'the same request for a job whose state is %s',
  (_, text) => {
    it('rebuilds the state as it was', async () => {
      const { ports, before } = await damaged(text)
      const { status, json } = await put(ports)
      expect([status, json]).toMatchObject([200, { job: 'cats-1', batch: 'b', status: 'Initializing' }])
      const { nonce: _, ...rest } = before
      expect(stored(ports)).toEqual({ ...rest, nonce: expect.any(String), createdAt: expect.any(String) })
      expect(ports.world.labeling.requests).toHaveLength(2)
      expect((await callEndpoint(getLabelingJob, ports, { params })).status).toBe(200)
    })

    it('records and publishes how the job ended meanwhile', async () => {
      const { ports } = await damaged(text)
      end(ports, 'cats-1', 'Completed', ['labeled', 'empty', 'expired'])
      await put(ports)
      expect(stored(ports)).toMatchObject({ state: 'created', end: { status: 'Completed', output: { lines: 3 } } })
      expect(eventsIn(ports.world)).toMatchObject([{ type: 'labeling-job.completed', data: { job: 'cats-1' } }])
    })

    it.each([
      ['on another batch', { batch: 'c' }, () => undefined],
      ['for another team', { workteamArn: `${TEAM.workteamArn}-2` }, () => undefined],
      [
        'for a job of others',
        {},
        (ports: MemoryPorts) => changeServiceJob(ports, 'cats-1', { inputManifestUri: 's3://theirs/input.manifest' }),
      ],
    ])('is refused and changes nothing %s', async (_, changes, arrange) => {
      const { ports } = await damaged(text)
      arrange(ports)
      const { status, json } = await put(ports, changes)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(['conflict', 'preflight-failed']).toContain(json.code)
      expect(json.errors).toContainEqual(expect.objectContaining({ at: 'path.job' }))
      expect(textAt(ports, KEY)).toBe(text)
    })
  },
)

it('the mode, the existing boxes and the labels of the job continued are rebuilt too', async () => {
  const ports = await copiedPorts()
  await create(ports, 'first', { mode: 'adjust' })
  await endAndPublish(ports, 'first', 'Stopped', ['labeled', 'labeled', 'unlabeled', 'unlabeled', 'unlabeled'])
  await create(ports, 'boxes', { mode: 'adjust' })
  const before = jsonAt(ports.world, 'system/labeling-jobs/boxes.json')
  expect(before.priorAttribute).toBeDefined()
  await ports.objects.put('system/labeling-jobs/boxes.json', '{')
  await create(ports, 'boxes', { mode: 'adjust' })
  const { nonce: _, ...rest } = before
  expect(jsonAt(ports.world, 'system/labeling-jobs/boxes.json')).toMatchObject({
    ...rest,
    createdAt: expect.any(String),
  })
})

it('the lines that were labeled before are counted again for a job that continues another', async () => {
  const ports = await copiedPorts()
  await create(ports, 'first')
  await endAndPublish(ports, 'first', 'Stopped', ['labeled', 'labeled', 'unlabeled', 'unlabeled', 'unlabeled'])
  await create(ports, 'cats-1', { continueFrom: 'first' })
  const before = stored(ports)
  expect(before).toMatchObject({ lines: 5, alreadyLabeled: 2 })
  await ports.objects.put(KEY, '')
  await create(ports, 'cats-1', { continueFrom: 'first' })
  expect(stored(ports)).toMatchObject({ lines: 5, alreadyLabeled: 2, labelAttributeName: before.labelAttributeName })
})

it('a state is not rebuilt from an input manifest that is damaged', async () => {
  const { ports } = await damaged('{')
  const manifest = 'data/b/manifests/cats-1/input.manifest'
  const whole = textAt(ports, manifest) ?? ''
  await ports.objects.put(manifest, whole.slice(0, -5))
  expect((await put(ports)).json).toMatchObject({
    code: 'corrupt-state',
    detail: expect.stringContaining(manifest),
  })
  await ports.objects.remove([{ key: manifest }])
  expect((await put(ports)).json.code).toBe('corrupt-state')
  await ports.objects.put(manifest, whole)
  expect((await put(ports)).status).toBe(200)
})

it('a state is not rebuilt for a batch that was deleted and created again since', async () => {
  const { ports } = await damaged('{')
  end(ports, 'cats-1', 'Stopped', ['labeled'])
  end(ports, 'other', 'Stopped', ['labeled'])
  await deleteBatch('b', ports)
  await copyAgain(ports)
  const { status, json } = await put(ports)
  expect([status, json.code]).toEqual([409, 'conflict'])
})

it('a job on a batch that cannot be read still publishes its end', async () => {
  const ports = await copiedPorts()
  await create(ports)
  await ports.objects.put('data/b/batch.json', '{')
  await endAndPublish(ports, 'cats-1', 'Completed', ['labeled'])
  expect(eventsIn(ports.world)).toMatchObject([{ type: 'labeling-job.completed' }])
  expect(stored(ports)).not.toHaveProperty('pendingEvents')
})

it('a refused job removes only the files that were written for it', async () => {
  const ports = await copiedPorts()
  await ports.objects.put('data/b/manifests/cats-1/notes.txt', 'mine')
  ports.world.labeling.refusal = 'no'
  await expect(create(ports)).rejects.toMatchObject({ code: 'preflight-failed' })
  expect(keysUnder(ports.world, 'data/b/manifests/')).toEqual(['cats-1/notes.txt'])
})

describe('the state of a newer version', () => {
  const newer = { schemaVersion: 9, priority: 'high', review: { kind: 'disputes' } }
  const rewrite = async (ports: MemoryPorts, changes: object = {}): Promise<void> => {
    const request = { ...stored(ports).request, priority: 'high', mode: 'outline' }
    await ports.objects.put(KEY, JSON.stringify({ ...stored(ports), ...newer, request, ...changes }))
  }

  it('is shown, and keeps its fields, names, events and version when the job ends', async () => {
    const ports = await copiedPorts()
    await create(ports)
    const disputed = { type: 'labeling-job.disputed', dedupKey: 'd', timestamp: '2026-01-02T03:04:05Z', data: {} }
    await rewrite(ports, { state: 'reviewing', pendingEvents: [disputed] })
    const { status, json } = await callEndpoint(getLabelingJob, ports, { params, isNewer: true })
    expect([status, json]).toMatchObject([200, { job: 'cats-1', mode: 'outline', status: 'Initializing' }])
    expect(json.request).not.toHaveProperty('priority')
    expect((await callEndpoint(listLabelingJobs, ports, { isNewer: true })).json.items).toHaveLength(1)
    await endAndPublish(ports, 'cats-1', 'Completed', ['labeled'])
    const request = expect.objectContaining({ priority: 'high', mode: 'outline' })
    expect(stored(ports)).toMatchObject({ ...newer, request, state: 'reviewing', end: { status: 'Completed' } })
    expect(eventsIn(ports.world).map(({ type }) => type)).toEqual(['labeling-job.disputed', 'labeling-job.completed'])
  })

  it('is that of the same request, when only fields that this version does not know differ', async () => {
    const ports = await copiedPorts()
    await create(ports)
    const request = { ...stored(ports).request, priority: 'high' }
    await rewrite(ports, { request })
    expect((await put(ports)).status).toBe(200)
    expect((await put(ports, { workersPerObject: 3 })).json.code).toBe('conflict')
  })

  it('keeps its fields when an interrupted creation is resumed', async () => {
    const ports = await copiedPorts()
    ports.world.fault = ({ port, method }) => (port === 'labeler' && method === 'create' ? 'before' : undefined)
    await create(ports).catch(() => undefined)
    ports.world.fault = () => undefined
    const request = { ...stored(ports).request, priority: 'high' }
    await rewrite(ports, { request })
    ports.world.now = new Date(ports.world.now.getTime() + 151_000)
    expect((await put(ports)).status).toBe(201)
    expect(stored(ports)).toMatchObject({ ...newer, request, state: 'created' })
    expect(stored(ports)).not.toHaveProperty('lease')
  })

  it('keeps the fields of its end when the output is summarized later', async () => {
    const ports = await copiedPorts()
    await create(ports)
    end(ports, 'cats-1', 'Completed', ['labeled'])
    await ports.objects.remove([{ key: 'data/b/cats-1/manifests/output/output.manifest' }])
    await recordStateChange(stateChange('cats-1', 'Completed'), ports)
    const { end: ended } = stored(ports)
    await rewrite(ports, { end: { ...ended, reviewed: 4 } })
    putOutput(ports, 'cats-1', ['labeled'])
    await recordStateChange(stateChange('cats-1', 'Completed', { id: 'again' }), ports)
    expect(stored(ports)).toMatchObject({ ...newer, end: { reviewed: 4, output: { lines: 1 } } })
  })

  it('keeps what a newer version has added to the job in the batch', async () => {
    const ports = await copiedPorts()
    await create(ports)
    const batch = jsonAt(ports.world, 'data/b/batch.json')
    const labelingJobs = [{ ...batch.labelingJobs[0], priority: 'high' }]
    await ports.objects.put('data/b/batch.json', JSON.stringify({ ...batch, labelingJobs }))
    await endAndPublish(ports, 'cats-1', 'Completed', ['labeled'])
    expect(jsonAt(ports.world, 'data/b/batch.json').labelingJobs).toMatchObject([
      { job: 'cats-1', status: 'Completed', priority: 'high' },
    ])
  })
})
