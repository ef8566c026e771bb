import { beforeEach, describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../../shared/batches/create.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { getJob } from '../../../shared/labeling/jobs/get.ts'
import { JobQuery, listJobs } from '../../../shared/labeling/jobs/list.ts'
import { drain } from '../../support/broker/drain.ts'
import { MESSAGE_SCHEMAS, workersOn } from '../../support/broker/workers.ts'
import { create, endAndPublish, textAt } from '../../support/fixtures/labeling-jobs.ts'
import { CAT, cats, imageId, jpeg, row, toCopyUri, toSourceUri } from '../../support/fixtures/pets.ts'
import { eventsIn } from '../../support/world/events.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'
import {
  adjust,
  boxes,
  codes,
  copied,
  copy,
  heavy,
  huge,
  preview,
  selected,
  sum,
  verify,
  withManifest,
  write,
} from './copied-batches.ts'

const STATE = 'system/labeling-jobs/cats-1.json'

interface Row {
  readonly what: string
  readonly make: () => Promise<MemoryPorts>
  readonly request?: Record<string, unknown>
  /** The images that are left out, with the outcome of each. */
  readonly left: Readonly<Record<number, string>>
  readonly from: 'copies' | 'manifest'
}

const ROWS: readonly Row[] = [
  { what: 'a missing image', make: () => copied(cats(5), { 2: undefined }), left: { 2: 'missing' }, from: 'copies' },
  {
    what: 'too many boxes to adjust',
    make: copied,
    request: adjust,
    left: { 3: 'attribute-too-long' },
    from: 'copies',
  },
  {
    what: 'too many boxes to verify',
    make: copied,
    request: verify,
    left: { 3: 'attribute-too-long' },
    from: 'copies',
  },
  {
    what: 'too many pixels, and too many bytes',
    make: () => copied(cats(5), { 2: huge(), 4: heavy() }),
    left: { 2: 'too-many-pixels', 4: 'too-many-bytes' },
    from: 'copies',
  },
  {
    what: 'too many pixels for boxes',
    make: () => copied(cats(5), { 2: huge() }),
    request: verify,
    left: { 2: 'too-many-pixels' },
    from: 'copies',
  },
  {
    what: 'an image that its manifest left out',
    make: () => withManifest(copied(cats(5), { 2: undefined })),
    left: { 2: 'missing' },
    from: 'manifest',
  },
  {
    what: 'too many boxes for its manifest',
    make: () => withManifest(copied(), boxes),
    left: { 3: 'attribute-too-long' },
    from: 'manifest',
  },
  {
    what: 'too many boxes for its manifest, to be adjusted',
    make: () => withManifest(copied(), boxes),
    request: adjust,
    left: { 3: 'attribute-too-long' },
    from: 'manifest',
  },
  {
    what: 'too many boxes for a manifest that has none',
    make: () => withManifest(copied()),
    request: adjust,
    left: { 3: 'attribute-too-long' },
    from: 'manifest',
  },
  {
    what: 'too many pixels in its manifest',
    make: () => withManifest(copied(cats(5), { 2: huge(), 4: heavy() })),
    left: { 2: 'too-many-pixels', 4: 'too-many-bytes' },
    from: 'manifest',
  },
  {
    what: 'too many pixels in a manifest that has no boxes',
    make: () => withManifest(copied(cats(5), { 2: huge(), 4: undefined })),
    request: adjust,
    left: { 2: 'too-many-pixels', 4: 'missing' },
    from: 'manifest',
  },
  {
    what: 'an image that was copied after the manifest',
    make: async () => {
      const ports = await copied(cats(5), { 2: undefined })
      await write(ports)
      ports.world.stored.set(toSourceUri(2), memoryObject(jpeg(40, 20), 'image/jpeg'))
      await copy(ports)
      return ports
    },
    left: { 2: 'manifest-outdated' },
    from: 'manifest',
  },
]

describe.each(ROWS)('a labeling job on a batch with $what', ({ make, request = {}, left, from }) => {
  const numbers = Object.keys(left).map(Number)
  let ports: MemoryPorts
  beforeEach(async () => {
    ports = await make()
  })

  it('lists what it leaves out in its preview', async () => {
    const answer = await preview(ports, request)
    expect(answer).toMatchObject({ objectsFrom: from, objects: 5 - numbers.length, omittedCount: numbers.length })
    expect(answer.omitted).toEqual(
      numbers.map((number) => ({
        imageId: imageId(number),
        outcome: left[number],
        reason: expect.stringMatching(/.{10}/),
      })),
    )
    expect([codes(answer), sum(answer), answer.extraLines]).toEqual([['images-omitted'], 5, 0])
  })

  it('tells the same once it is created, and has no line for these images', async () => {
    const { omittedCount, omittedByOutcome, omitted } = await preview(ports, request)
    await create(ports, 'cats-1', request)
    const job = await getJob('cats-1', ports)
    expect(job).toMatchObject({ omittedCount, omittedByOutcome, omitted, counters: { total: 5 - numbers.length } })
    expect(codes(job)).toEqual(['images-omitted'])
    const sent = textAt(ports, 'data/b/manifests/cats-1/input.manifest') ?? ''
    for (const number of [1, 2, 3, 4, 5])
      expect(sent.includes(toCopyUri('b', number))).toBe(!Object.hasOwn(left, number))
  })
})

describe('a labeling job on all images of its batch', () => {
  it.each<[what: string, make: () => Promise<MemoryPorts>, request: Record<string, unknown>]>([
    ['that were copied', () => copied(cats(5)), {}],
    ['that are adjusted', () => copied(cats(5)), adjust],
    ['whose boxes are of no matter', copied, {}],
    ['as large as the service accepts', () => copied(cats(5), { 2: memoryObject(jpeg(10_000, 10_000)) }), {}],
    ['that its manifest has', () => withManifest(copied(cats(5))), {}],
    ['that its manifest has with boxes', () => withManifest(copied(cats(5)), boxes), adjust],
    ['whose boxes are added to the manifest', () => withManifest(copied(cats(5))), adjust],
  ])('has no warning, and leaves out nothing: %s', async (_, make, request) => {
    const answer = await preview(await make(), request)
    expect(answer).toMatchObject({ objects: 5, omittedCount: 0, omittedByOutcome: {}, omitted: [], extraLines: 0 })
    expect(codes(answer)).toEqual([])
  })
})

describe('a labeling job that would leave out every image', () => {
  it.each<[what: string, make: () => Promise<MemoryPorts>, request: Record<string, unknown>, outcome: string]>([
    ['boxes', () => copied(Array<string>(500).fill(row(1, CAT))), adjust, 'attribute-too-long'],
    [
      'boxes of the manifest',
      () => withManifest(copied(Array<string>(500).fill(row(1, CAT)))),
      verify,
      'attribute-too-long',
    ],
    ['pixels', () => copied(cats(1), { 1: huge() }), {}, 'too-many-pixels'],
    ['pixels of the manifest', () => withManifest(copied(cats(1), { 1: huge() })), {}, 'too-many-pixels'],
    ['bytes', () => copied(cats(1), { 1: heavy() }), {}, 'too-many-bytes'],
  ])('is refused with the reason: %s', async (_, make, request, outcome) => {
    await expect(preview(await make(), request)).rejects.toMatchObject({
      code: 'preflight-failed',
      issues: [{ at: 'body.batch', message: expect.stringContaining(outcome) }],
    })
  })
})

describe('the images that a cancelled copy did not try', () => {
  it('are listed as pending', async () => {
    const ports = await selected(cats(30))
    await startCopy('b', ports)
    for (const queue of ['tasks', 'chunks'] as const)
      await workersOn(ports).run(MESSAGE_SCHEMAS[queue].parse(ports.world.sent[queue].shift()))
    await cancelCopy('b', ports)
    expect(await preview(ports)).toMatchObject({ objects: 25, omittedCount: 5, omittedByOutcome: { pending: 5 } })
  })
})

describe('what a job leaves out', () => {
  it('is counted, but not listed, in the list of jobs and in the event of its end', async () => {
    const ports = await copied()
    await create(ports, 'cats-1', adjust)
    const { items } = await listJobs(JobQuery.parse({}), ports)
    expect(items[0]).toMatchObject({ omittedCount: 1, omittedByOutcome: { 'attribute-too-long': 1 } })
    expect(items[0]).not.toHaveProperty('omitted')
    await endAndPublish(ports, 'cats-1', 'Completed', ['labeled', 'labeled', 'labeled', 'labeled'])
    expect(eventsIn(ports.world).at(-1)?.data).toMatchObject({ omittedCount: 1 })
  })

  it('is absent for a job of an older version', async () => {
    const ports = await copied()
    await create(ports, 'cats-1', adjust)
    const { omissions: _, ...older } = JSON.parse(textAt(ports, STATE) ?? '{}')
    ports.world.stored.set(`s3://work/${STATE}`, memoryObject(JSON.stringify(older)))
    const job = await getJob('cats-1', ports)
    for (const field of ['omittedCount', 'omitted', 'extraLines']) expect(job).not.toHaveProperty(field)
    expect(codes(job)).toEqual([])
  })

  it('is listed up to a thousand images, and counted beyond', async () => {
    const ports = await selected(cats(1201))
    for (let number = 2; number <= 1201; number++) ports.world.stored.delete(toSourceUri(number))
    const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 1201 }
    await createBatch('all', BatchRequest.parse(request), ports)
    await startCopy('all', ports)
    await drain(ports)
    const answer = await preview(ports, { batch: 'all' })
    expect([answer.objects, answer.omittedCount, answer.omitted.length]).toEqual([1, 1200, 1000])
    await create(ports, 'cats-1', { batch: 'all' })
    expect(textAt(ports, STATE)?.length).toBeLessThan(250_000)
  })
})
