import { describe, expect, it } from '@jest/globals'
import { previewBatch } from '../../../shared/batches/preview.ts'
import { AppError } from '../../../shared/contracts/errors.ts'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { findWork } from '../../../shared/labeling/engine/work.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { drain } from '../../support/broker/drain.ts'
import { textAt } from '../../support/fixtures/labeling-jobs.ts'
import { CAT, jpeg, petsWorld, row, toSourceUri } from '../../support/fixtures/pets.ts'
import { imageListKeyAt } from '../../support/world/bucket-contents.ts'
import { SimulatedCrash } from '../../support/world/call.ts'
import { eventsIn } from '../../support/world/events.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import {
  completeRun,
  eventTypes,
  labelingJob,
  putBatch,
  readCatBatch,
  threeCatPorts,
  threeCatRequest,
  toStepStates,
} from './cat-run.ts'

describe('PUT /v1/batches/{batch} with a run', () => {
  it('runs every step up to the labeling job and shows what each step did', async () => {
    const ports = await threeCatPorts()
    const { state, outcome } = await putBatch(ports, { run: 'label', labelingJob })
    expect([outcome, state.state, ports.world.sent.tasks.length]).toEqual(['created', 'selecting', 1])
    expect(toStepStates((await readCatBatch(ports)).run)).toEqual([
      'select running',
      'copy waiting',
      'manifest waiting',
      'label waiting',
    ])
    await drain(ports)
    const at = '2026-01-02T03:04:05.000Z'
    const done = { state: 'done', startedAt: at, endedAt: at }
    expect((await readCatBatch(ports)).run).toEqual({
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
          omittedByOutcome: {},
        },
        { step: 'label', ...done, link: '/v1/labeling-jobs/b', omittedCount: 0, omittedByOutcome: {} },
      ],
    })
    expect(ports.world.labeling.requests).toHaveLength(1)
    expect(eventTypes(ports)).toEqual(['batch.selected', 'batch.copied', 'manifest.written'])
  })

  it('needs no fields of a labeling job: then it is one of the engine groundwork, with the name of the batch', async () => {
    const ports = await threeCatPorts()
    const run = await completeRun(ports, { run: 'label' })
    expect([run.state, run.steps.at(-1)?.link]).toEqual(['done', '/v1/labeling-jobs/b'])
    expect((await findWork('b', ports))?.value).toMatchObject({ batch: 'b', lines: 3, workersPerObject: 1 })
    expect(ports.world.calls.some(({ port }) => port === 'labeler' || port === 'workteams')).toBe(false)
    expect((await putBatch(ports, { run: 'label', labelingJob: { engine: 'groundwork' } })).outcome).toBe('existing')
    expect((await putBatch(ports)).outcome).toBe('existing')
  })

  it('keeps the labeling job of an earlier request when a later one extends the run to it', async () => {
    const ports = await threeCatPorts()
    await completeRun(ports, { run: 'copy', labelingJob: { job: 'cats-1', workersPerObject: 3 } })
    await completeRun(ports, { run: 'label' })
    expect((await findWork('cats-1', ports))?.value.workersPerObject).toBe(3)
  })

  it('previews the job of the engine groundwork without a page and a portal', async () => {
    const ports = await threeCatPorts()
    const { run } = await previewBatch('b', threeCatRequest({ run: 'label' }), ports)
    expect(run.labelingJob).toMatchObject({ job: 'b', tasks: 3, addsCorsRule: true })
    expect(run.labelingJob).not.toHaveProperty('template')
  })

  it('stops after the requested step, and a later request extends the run', async () => {
    const ports = await threeCatPorts()
    expect(toStepStates(await completeRun(ports, { run: 'copy' }))).toEqual(['select done', 'copy done'])
    expect(textAt(ports, 'data/b/manifests/input.manifest')).toBeUndefined()
    const manifest = { boxes: 'open-images' }
    const extended = await completeRun(ports, {
      run: 'label',
      manifest,
      labelingJob: { ...labelingJob, job: 'cats-1' },
    })
    expect([extended.state, extended.steps.at(-1)?.link]).toEqual(['done', '/v1/labeling-jobs/cats-1'])
    expect(textAt(ports, 'data/b/manifests/input.manifest')).toContain('"open-images-boxes"')
    expect((await readCatBatch(ports)).request).toMatchObject({ run: 'label', manifest, labelingJob })
    expect(eventTypes(ports)).toEqual(['batch.selected', 'batch.copied', 'manifest.written'])
  })

  it('changes nothing when an earlier step is requested than the run has reached', async () => {
    const ports = await threeCatPorts()
    await completeRun(ports, { run: 'manifest' })
    const stored = new Map(ports.world.stored)
    expect((await completeRun(ports, {})).upTo).toBe('manifest')
    expect((await completeRun(ports, { run: 'copy' })).state).toBe('done')
    expect(ports.world.stored).toEqual(stored)
  })

  it('fails at the manifest when no image would have a line', async () => {
    const ports = memoryPorts({ world: await petsWorld(Array(500).fill(row(1, CAT))) })
    const run = await completeRun(ports, { run: 'label', manifest: { boxes: 'open-images' }, labelingJob })
    expect(run).toMatchObject({ state: 'failed', step: 'manifest', problem: { code: 'wrong-state' } })
    expect(eventTypes(ports).at(-1)).toBe('batch.failed')
  })

  it('continues without images that are missing', async () => {
    const ports = await threeCatPorts()
    ports.world.stored.delete(toSourceUri(2))
    const { state, steps } = await completeRun(ports, { run: 'manifest' })
    expect([state, steps.at(-1)]).toMatchObject([
      'done',
      { lines: 2, omittedCount: 1, omittedByOutcome: { missing: 1 } },
    ])
    expect((await readCatBatch(ports)).state).toBe('incomplete')
    expect(eventTypes(ports)).toEqual(['batch.selected', 'batch.incomplete', 'manifest.written'])
  })

  it('counts the images that its labeling job leaves out', async () => {
    const ports = await threeCatPorts()
    ports.world.stored.set(toSourceUri(2), memoryObject(jpeg(20_000, 20_000), 'image/jpeg'))
    const { steps } = await completeRun(ports, { run: 'label', labelingJob })
    expect(steps.slice(-2)).toMatchObject([
      { step: 'manifest', lines: 3, omittedCount: 0 },
      { step: 'label', omittedCount: 1, omittedByOutcome: { 'too-many-pixels': 1 } },
    ])
  })

  it('does every step once when two equal requests run concurrently', async () => {
    const ports = await threeCatPorts()
    await Promise.all([putBatch(ports, { run: 'label', labelingJob }), putBatch(ports, { run: 'label', labelingJob })])
    const expireLeases = () => {
      ports.world.now = new Date(ports.world.now.getTime() + 151_000)
    }
    await drain(ports, { atOnce: true, times: 2, before: expireLeases })
    expect((await readCatBatch(ports)).run.state).toBe('done')
    expect(ports.world.labeling.requests).toHaveLength(1)
    expect(new Set(eventsIn(ports.world).map(({ id }) => id)).size).toBe(3)
  })

  it('resumes the run when the request is repeated after messages were lost', async () => {
    const ports = await threeCatPorts()
    for (const lost of [0, 1, 2, 3]) {
      let messages = 0
      await putBatch(ports, { run: 'manifest' })
      await drain(ports, { lost: () => messages++ >= lost })
    }
    expect((await completeRun(ports, { run: 'manifest' })).state).toBe('done')
  })
})

describe('a step with a temporary error', () => {
  it('is retried, and the run does not fail', async () => {
    const ports = await threeCatPorts()
    const failingKeys = new Set(['manifests/input.manifest', 'manifests/b/input.manifest', 'copies/'])
    ports.world.fault = ({ method, key }) => {
      const failing = method === 'put' ? [...failingKeys].find((part) => key.includes(part)) : undefined
      if (failing === undefined || !failingKeys.delete(failing)) return undefined
      return new AppError('upstream-failed', 'S3: SlowDown (503).')
    }
    expect((await completeRun(ports, { run: 'label', labelingJob })).state).toBe('done')
    expect([failingKeys.size, eventTypes(ports).filter((type) => type === 'batch.failed')]).toEqual([0, []])
  })

  it('waits for a labeling job that another call is creating', async () => {
    const ports = await threeCatPorts()
    let creations = 0
    ports.world.fault = ({ port, method }) => {
      if (port === 'labeler' && method === 'create') creations += 1
      return undefined
    }
    ports.world.pause = async ({ port, method }) => {
      if (port !== 'labeler' || method !== 'create' || creations > 1) return
      // SQS redelivers the message while the job is being created.
      const { state } = await readCatBatch(ports).then(
        ({ run: { steps } }) => steps.find(({ step }) => step === 'label')!,
      )
      expect(state).toBe('running')
      await putBatch(ports, { run: 'label', labelingJob })
      await expect(drain(ports, { receives: 1, deadLetterReceives: 0 })).resolves.toHaveLength(1)
      expect((await readCatBatch(ports)).run.state).toBe('running')
    }
    expect((await completeRun(ports, { run: 'label', labelingJob })).state).toBe('done')
    expect([creations, ports.world.labeling.jobs.size]).toEqual([1, 1])
  })

  it('resumes a copy whose starter crashed before it enqueued the round', async () => {
    const ports = await threeCatPorts()
    const { stored, sent } = ports.world
    const image = stored.get(toSourceUri(2))!
    stored.delete(toSourceUri(2))
    await completeRun(ports, { run: 'copy' })
    stored.set(toSourceUri(2), image)
    await startCopy('b', ports)
    expect(sent.tasks.splice(0)).toHaveLength(1)
    const { state, steps } = await completeRun(ports, { run: 'manifest' })
    expect([state, steps.at(-1)?.lines]).toEqual(['done', 3])
  })
})

describe('a step that fails permanently', () => {
  const removeSources = (ports: MemoryPorts) =>
    [1, 2, 3].map((number) => ports.world.stored.delete(toSourceUri(number)))

  it('fails the run with its problem and a batch.failed event, and the same request retries it', async () => {
    const ports = await threeCatPorts()
    const { stored } = ports.world
    const images = [1, 2, 3].map((number) => [toSourceUri(number), stored.get(toSourceUri(number))!] as const)
    removeSources(ports)
    const failed = await completeRun(ports, { run: 'manifest' })
    expect(toStepStates(failed)).toEqual(['select done', 'copy failed', 'manifest skipped'])
    expect(failed).toMatchObject({
      state: 'failed',
      step: 'copy',
      problem: { code: 'bad-source', detail: expect.stringMatching(/\b3 images.*"b".*\b3 missing/) },
    })
    expect(eventsIn(ports.world).at(-1)).toMatchObject({
      type: 'batch.failed',
      data: { batch: 'b', step: 'copy', problem: { code: 'bad-source' } },
    })
    for (const [uri, image] of images) stored.set(uri, image)
    const retried = await completeRun(ports, { run: 'manifest' })
    expect([retried.state, retried.problem]).toEqual(['done', undefined])
  })

  it('names the key of an image list that was lost', async () => {
    const ports = await threeCatPorts()
    const { outcome } = await putBatch(ports)
    expect(outcome).toBe('created')
    await drain(ports)
    const key = imageListKeyAt(ports.world, 'b')
    await ports.objects.remove([{ key }])
    const { state, problem } = await completeRun(ports, { run: 'copy' })
    expect(state).toBe('failed')
    expect(problem).toMatchObject({ code: 'bad-source', detail: expect.stringContaining(key) })
  })

  it('publishes another batch.failed event each time it fails', async () => {
    const ports = await threeCatPorts()
    removeSources(ports)
    await completeRun(ports, { run: 'copy' })
    await completeRun(ports, { run: 'copy' })
    const failures = eventsIn(ports.world).filter(({ type }) => type === 'batch.failed')
    expect(new Set(failures.map(({ id }) => id)).size).toBe(2)
  })

  it('fails the run when its message is dead-lettered', async () => {
    const ports = await threeCatPorts()
    ports.world.fault = ({ method, key }) =>
      method === 'put' && key.endsWith('input.manifest') ? new Error('down') : undefined
    const failed = await completeRun(ports, { run: 'manifest' })
    expect([failed.step, failed.problem?.code, failed.problem?.detail]).toEqual([
      'manifest',
      'internal',
      expect.stringContaining('manifest'),
    ])
  })

  it('skips all later steps when the images cannot be chosen', async () => {
    const ports = await threeCatPorts()
    ports.world.fault = ({ method }) => (method === 'read' ? new Error('down') : undefined)
    const failed = await completeRun(ports, { run: 'copy' })
    expect(toStepStates(failed)).toEqual(['select failed', 'copy skipped'])
    expect([failed.state, failed.step, eventTypes(ports)]).toEqual(['failed', 'select', ['batch.failed']])
    ports.world.fault = () => undefined
    expect((await completeRun(ports, { run: 'copy' })).state).toBe('done')
  })

  it('can be retried with another request', async () => {
    const ports = await threeCatPorts()
    await completeRun(ports, { run: 'manifest' })
    ports.world.labeling.refusal = 'no'
    const failed = await completeRun(ports, { run: 'label', labelingJob: { ...labelingJob, taskTitle: 'One' } })
    expect([failed.step, failed.problem?.code]).toEqual(['label', 'preflight-failed'])
    ports.world.labeling.refusal = undefined
    expect((await completeRun(ports, { run: 'label', labelingJob: { ...labelingJob, taskTitle: 'Two' } })).state).toBe(
      'done',
    )
  })
})

describe('the event batch.selected', () => {
  it('is published by the next request after a crash, and only once', async () => {
    const ports = await threeCatPorts()
    ports.world.fault = ({ key }) => (key === 'events' ? 'before' : undefined)
    await expect(putBatch(ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    expect((await readCatBatch(ports)).state).toBe('selected')
    await putBatch(ports)
    await putBatch(ports)
    expect(eventsIn(ports.world)).toMatchObject([
      { type: 'batch.selected', data: { batch: 'b', dataset: 'pets', imageCount: 3, boxCount: 3 } },
    ])
  })
})

describe('the event manifest.written', () => {
  it('is published for every PUT /v1/batches/{batch}/manifest, each with an id of its own', async () => {
    const ports = await threeCatPorts()
    const { world } = ports
    await completeRun(ports, { run: 'copy' })
    for (let times = 0; times < 2; times++) await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)
    const written = eventsIn(world).filter(({ type }) => type === 'manifest.written')
    expect(written.map(({ data }) => [data.lines, data.omittedCount])).toEqual([
      [3, 0],
      [3, 0],
    ])
    expect(new Set(written.map(({ id }) => id)).size).toBe(2)
  })
})
