import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { previewBatch } from '../../shared/batches/preview.ts'
import { toBatchView } from '../../shared/batches/view.ts'
import type { BatchRequest } from '../../shared/contracts/batch.ts'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { drain } from '../support/broker/drain.ts'
import { CAT, cats, imageId, listBatchKeys, petsPorts, petsWorld } from '../support/fixtures/pets.ts'
import { type MemoryPorts, memoryPorts, testConfig } from '../support/world/ports.ts'
import { slowDown } from '../support/world/slow-calls.ts'
import { catRequest, listImageIds, readBatch } from './pets-batch.ts'

/** Matches an error with this code whose message contains these values, in this order. */
const errorWith = (code: string, ...values: string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(values.join('.*')) })

/** Returns the URIs of everything in the bucket but datasets. */
const batchUris = ({ world }: MemoryPorts) =>
  [...world.stored.keys()].filter((uri) => /^s3:\/\/work\/data\/(?!raw\/)/.test(uri))

describe('PUT /v1/batches/{batch}', () => {
  it('chooses the images of a small batch within the call', async () => {
    const ports = await petsPorts(cats(3))
    const { state, outcome } = await createBatch('b', catRequest(), ports)
    expect(outcome).toBe('created')
    expect(await toBatchView('b', state, ports)).toMatchObject({
      batch: 'b',
      state: 'selected',
      imageCount: 2,
      boxCount: 2,
      classes: [{ className: 'Cat', classIds: [CAT], requested: 2, selected: 2, available: 3, shortBy: 0 }],
      warnings: [],
      location: 's3://work/data/b/',
      recipe: expect.stringMatching(/^sha256-[0-9a-f]{64}$/),
      cost: { strategy: 'index', requests: expect.any(Number), bytes: expect.any(Number) },
    })
    expect(await listImageIds('b', ports)).toEqual([imageId(1), imageId(2)])
  })

  it('returns the existing batch and writes nothing when the request is repeated', async () => {
    const ports = await petsPorts(cats(3))
    const first = await createBatch('b', catRequest(), ports)
    const stored = new Map(ports.world.stored)
    expect(await createBatch('b', catRequest(), ports)).toEqual({ state: first.state, outcome: 'existing' })
    expect(ports.world.stored).toEqual(stored)
  })

  it('treats a request as the same when it only spells out defaults or changes the run', async () => {
    const ports = await petsPorts(cats(3))
    await createBatch('b', catRequest(), ports)
    const explicit = catRequest({
      batchOffset: 0,
      allocation: 'disjoint',
      skipImages: [],
      strategy: 'auto',
      run: 'select',
    })
    const extended: BatchRequest = { ...explicit, run: 'copy' }
    expect((await createBatch('b', explicit, ports)).outcome).toBe('existing')
    expect((await createBatch('b', extended, ports)).outcome).toBe('existing')
  })

  it('refuses another request under a taken name and names every field that differs', async () => {
    const ports = await petsPorts(cats(3))
    await createBatch('b', catRequest(), ports)
    const other = catRequest({ examplesPerClass: 1, batchOffset: 1 })
    const conflict = expect.objectContaining({
      code: 'conflict',
      message: expect.stringContaining('"b"'),
      issues: [
        expect.objectContaining({ at: 'body.examplesPerClass' }),
        expect.objectContaining({ at: 'body.batchOffset' }),
      ],
    })
    await expect(createBatch('b', other, ports)).rejects.toEqual(conflict)
    await expect(previewBatch('b', other, ports)).rejects.toEqual(conflict)
    expect((await readBatch('b', ports)).imageCount).toBe(2)
  })

  it('gives the name to exactly one of two different concurrent requests', async () => {
    const ports = await petsPorts(cats(3))
    const results = await Promise.allSettled([
      createBatch('b', catRequest(), ports),
      createBatch('b', catRequest({ examplesPerClass: 1 }), ports),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const imageCount = results[0]?.status === 'fulfilled' ? 2 : 1
    expect((await readBatch('b', ports)).imageCount).toBe(imageCount)
    expect(await listImageIds('b', ports)).toHaveLength(imageCount)
  })

  it('lets two equal concurrent requests share one batch', async () => {
    const ports = await petsPorts(cats(3))
    const results = await Promise.all([createBatch('b', catRequest(), ports), createBatch('b', catRequest(), ports)])
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['created', 'existing'])
    expect(new Set(results.map(({ state }) => state.batchId)).size).toBe(1)
    await drain(ports)
    expect((await readBatch('b', ports)).state).toBe('selected')
    expect(await listImageIds('b', ports)).toHaveLength(2)
  })

  it('gives the next batch of a recipe the images that earlier batches left', async () => {
    const ports = await petsPorts(cats(5))
    await createBatch('one', catRequest(), ports)
    await createBatch('two', catRequest({ batchOffset: 1 }), ports)
    expect(await listImageIds('two', ports)).toEqual([imageId(3), imageId(4)])
    expect((await readBatch('two', ports)).recipe).toBe((await readBatch('one', ports)).recipe)
  })
})

describe('PUT /v1/batches/{batch}?validateOnly=true', () => {
  it('previews the recipe, the classes and the cost, and neither writes nor sends anything', async () => {
    const ports = await petsPorts(cats(3))
    const stored = new Map(ports.world.stored)
    const preview = await previewBatch('b', catRequest(), ports)
    expect(preview).toMatchObject({ classes: [{ className: 'Cat', available: 3 }], background: false })
    expect(preview.cost.bytes).toBeGreaterThan(0)
    expect(ports.world.stored).toEqual(stored)
    expect(ports.world.sent).toMatchObject({ tasks: [], chunks: [], events: [] })
    const { state } = await createBatch('b', catRequest(), ports)
    expect(preview.recipe).toBe(state.recipe)
  })
})

describe('BatchName', () => {
  it.each(['raw', 'augmentation', 'test', 'system', '', '-a', 'a-', 'a'.repeat(64), '..', 'a/b', 'ä', 'a b'])(
    'refuses the name %j',
    (name) => expect(BatchName.safeParse(name).success).toBe(false),
  )

  it.each(['a', 'A-9', 'a--b', 'a'.repeat(63), 'rawer'])('accepts the name %j', (name) =>
    expect(BatchName.safeParse(name).success).toBe(true),
  )
})

describe('a refused PUT /v1/batches/{batch}', () => {
  it('names both regions when the working bucket is in another one, and writes nothing', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(3)) })
    const elsewhere = { ...ports, bucket: { ...ports.bucket, region: async () => 'eu-west-1' } }
    await expect(createBatch('b', catRequest(), elsewhere)).rejects.toEqual(
      errorWith('preflight-failed', 'eu-west-1', 'us-east-1'),
    )
    expect(batchUris(ports)).toEqual([])
  })

  const missing = new AppError('preflight-failed', 'Bucket "work" does not exist.')

  it('leaves no request running when its bucket cannot be used', async () => {
    const ports = await petsPorts(cats(3))
    ports.world.fault = ({ method }) => (method === 'region' ? missing : undefined)
    const countRunning = slowDown(ports.world, ({ port, method }) => port === 'objects' && method === 'get')
    await expect(previewBatch('b', catRequest(), ports)).rejects.toThrow(missing)
    expect(countRunning()).toBe(0)
  })

  it('ends the listing of its folder before it is refused for its dataset', async () => {
    const ports = await petsPorts(cats(3))
    const countRunning = slowDown(ports.world, ({ method }) => method === 'list')
    await expect(previewBatch('b', { ...catRequest(), dataset: 'unknown' }, ports)).rejects.toThrow(AppError)
    expect(countRunning()).toBe(0)
  })

  it('names a working bucket that does not exist, and writes nothing', async () => {
    const ports = await petsPorts(cats(3))
    ports.world.fault = ({ method }) => (method === 'region' ? missing : undefined)
    await expect(createBatch('b', catRequest(), ports)).rejects.toEqual(errorWith('preflight-failed', '"work"'))
    expect(batchUris(ports)).toEqual([])
  })

  it('names a source bucket that this deployment may not read and those that it may, and writes nothing', async () => {
    const world = await petsWorld(cats(3))
    const ports = memoryPorts({ world, config: testConfig({ sourceBuckets: ['other'] }) })
    await expect(createBatch('b', catRequest(), ports)).rejects.toEqual(
      errorWith('bad-source', 'open-images-dataset', 'work, other'),
    )
    expect(batchUris(ports)).toEqual([])
  })

  it.each([
    ['a dataset that does not exist', { dataset: 'none' }, 'not-found', '"none"'],
    ['a dataset that is not imported', { dataset: 'open-images-v4-test' }, 'wrong-state', 'open-images-v4-test'],
    ['a class that does not exist', { classNames: ['Catt'] }, 'unknown-class', 'Cat'],
    ['a class that is requested twice', { classNames: ['Cat', 'cat'] }, 'invalid-request', 'cat'],
  ])('names %s, and writes nothing', async (_, changes, code, value) => {
    const ports = await petsPorts(cats(3))
    await expect(createBatch('b', catRequest(changes), ports)).rejects.toEqual(errorWith(code, value))
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })
})
