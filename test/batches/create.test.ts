import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { previewBatch } from '../../shared/batches/preview.ts'
import { getBatch } from '../../shared/batches/record/store.ts'
import { toBatchView } from '../../shared/batches/view.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { listImages } from '../../shared/copying/list-images.ts'
import { forgetDataset } from '../../shared/datasets/register/forget.ts'
import { ReadBudgetExceeded } from '../../shared/platform/storage/metered.ts'
import { chooseImages } from '../../shared/selection/choose-images.ts'
import { dyingAtEachCall, insisting } from '../support/crash/dying.ts'
import {
  CAT,
  cats,
  DOG,
  imageId,
  importPets,
  keysOf,
  petsPorts,
  putAnnotations,
  row,
} from '../support/fixtures/pets.ts'
import { drain } from '../support/world/drain.ts'
import { type MemoryPorts, memoryPorts, testConfig } from '../support/world/ports.ts'
import { memoryObject } from '../support/world/world.ts'

const request = (changes: Partial<Record<keyof BatchRequest, unknown>> = {}): BatchRequest =>
  BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 2, ...changes })

const imagesOf = async (batch: string, ports: MemoryPorts): Promise<string[]> =>
  (await listImages(batch, { limit: 1000 }, ports)).items.map((image) => image.imageId)

const view = async (batch: string, ports: MemoryPorts) =>
  toBatchView(batch, (await getBatch(batch, ports)).value, ports)

const failure = (code: string, ...parts: string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(parts.join('.*')) })

/** Everything in the bucket but datasets. */
const batchKeys = ({ world }: MemoryPorts) =>
  [...world.stored.keys()].filter((uri) => /^s3:\/\/work\/data\/(?!raw\/)/.test(uri))

describe('creating a batch', () => {
  it('chooses its images within the call', async () => {
    const ports = await petsPorts(cats(3))
    const { state, outcome } = await createBatch('b', request(), ports)
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
    expect(await imagesOf('b', ports)).toEqual([imageId(1), imageId(2)])
  })

  it('again with the same request answers with the batch as it stands', async () => {
    const ports = await petsPorts(cats(3))
    const first = await createBatch('b', request(), ports)
    const stored = new Map(ports.world.stored)
    expect(await createBatch('b', request(), ports)).toEqual({ state: first.state, outcome: 'existing' })
    expect(ports.world.stored).toEqual(stored)
  })

  it('takes a request as the same when only defaults are spelled out, whatever its run', async () => {
    const ports = await petsPorts(cats(3))
    await createBatch('b', request(), ports)
    const spelled = request({ batchOffset: 0, allocation: 'disjoint', skipImages: [], strategy: 'auto', run: 'select' })
    // A later run goes further; there is one so far, so the other is written past the schema.
    const further = { ...spelled, run: 'copy' } as unknown as BatchRequest
    expect((await createBatch('b', spelled, ports)).outcome).toBe('existing')
    expect((await createBatch('b', further, ports)).outcome).toBe('existing')
  })

  it('refuses another request under a name that is taken, and says in what it differs', async () => {
    const ports = await petsPorts(cats(3))
    await createBatch('b', request(), ports)
    const other = request({ examplesPerClass: 1, batchOffset: 1 })
    const refused = expect.objectContaining({
      code: 'conflict',
      message: expect.stringContaining('differs in examplesPerClass, batchOffset'),
      issues: [
        expect.objectContaining({ at: 'body.examplesPerClass' }),
        expect.objectContaining({ at: 'body.batchOffset' }),
      ],
    })
    await expect(createBatch('b', other, ports)).rejects.toEqual(refused)
    await expect(previewBatch('b', other, ports)).rejects.toEqual(refused)
    expect((await view('b', ports)).imageCount).toBe(2)
  })

  it('gives the name to one of two different requests that come at once', async () => {
    const ports = await petsPorts(cats(3))
    const results = await Promise.allSettled([
      createBatch('b', request(), ports),
      createBatch('b', request({ examplesPerClass: 1 }), ports),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const winner = results[0]?.status === 'fulfilled' ? 2 : 1
    expect((await view('b', ports)).imageCount).toBe(winner)
    expect(await imagesOf('b', ports)).toHaveLength(winner)
  })

  it('lets two equal requests that come at once share the batch', async () => {
    const ports = await petsPorts(cats(3))
    const results = await Promise.all([createBatch('b', request(), ports), createBatch('b', request(), ports)])
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['created', 'existing'])
    expect(new Set(results.map(({ state }) => state.batchId)).size).toBe(1)
    await drain(ports)
    expect((await view('b', ports)).state).toBe('selected')
    expect(await imagesOf('b', ports)).toHaveLength(2)
  })

  it('deals the second batch what the first left', async () => {
    const ports = await petsPorts(cats(5))
    await createBatch('one', request(), ports)
    await createBatch('two', request({ batchOffset: 1 }), ports)
    expect(await imagesOf('two', ports)).toEqual([imageId(3), imageId(4)])
    expect((await view('two', ports)).recipe).toBe((await view('one', ports)).recipe)
  })
})

describe('the warnings of a batch', () => {
  it('name a class that is short, and by how much', async () => {
    const ports = await petsPorts([...cats(1), row(9, DOG), row(10, DOG)])
    await createBatch('b', request({ classNames: ['Cat', 'Dog'] }), ports)
    const { classes, warnings } = await view('b', ports)
    expect(classes?.map(({ shortBy }) => shortBy)).toEqual([1, 0])
    expect(warnings).toEqual([{ code: 'short-class', message: expect.stringContaining('"Cat"') }])
  })

  it('say that a batch past the end is empty; it is made all the same', async () => {
    const ports = await petsPorts(cats(3))
    await createBatch('b', request({ batchOffset: 7 }), ports)
    const { state, imageCount, warnings } = await view('b', ports)
    expect([state, imageCount]).toEqual(['selected', 0])
    expect(warnings.map(({ code }) => code)).toEqual(['empty-batch', 'short-class'])
    expect(await imagesOf('b', ports)).toEqual([])
  })

  it('say that the dataset has nothing of the kind, where no batch before it can be the reason', async () => {
    const ports = await petsPorts([row(9, DOG)])
    await createBatch('b', request(), ports)
    const [empty] = (await view('b', ports)).warnings
    expect(empty).toEqual({
      code: 'empty-batch',
      message: expect.not.stringContaining('batchOffset'),
    })
  })

  it('say that a flag is unknown for every box of a file that has no column for it', async () => {
    const ports = await petsPorts(cats(2))
    const { bytes } = ports.world.stored.get('s3://other/pets.csv')!
    const text = Buffer.from(bytes).toString().replace('IsGroupOf', 'IsSomething')
    ports.world.stored.set('s3://other/pets.csv', memoryObject(text))
    await importPets(ports.world)
    await createBatch('b', request({ excludeFlags: ['isGroupOf', 'isInside'] }), ports)
    expect((await view('b', ports)).warnings).toEqual([
      { code: 'unknown-flag', message: expect.stringContaining('isGroupOf') },
    ])
  })

  it('foretell with validateOnly which class is short, by the counts where a scan is wanted', async () => {
    const ports = await petsPorts(cats(3))
    const { warnings } = await previewBatch('b', request({ batchOffset: 7, strategy: 'scan' }), ports)
    expect(warnings).toEqual([{ code: 'short-class', message: expect.stringMatching(/"Cat".* 3 .* 16/) }])
  })

  it('say that classes share ids, before anything is written too', async () => {
    const ports = await petsPorts([...cats(2), row(9, DOG)])
    const shared = request({ classNames: ['Cat', 'Animal'] })
    const { warnings } = await previewBatch('b', shared, ports)
    expect(warnings).toEqual([{ code: 'shared-classes', message: expect.stringContaining(CAT) }])
    await createBatch('b', shared, ports)
    expect((await view('b', ports)).warnings).toContainEqual(warnings[0])
  })
})

describe('validateOnly', () => {
  it('tells recipe, classes and cost, and writes and sends nothing', async () => {
    const ports = await petsPorts(cats(3))
    const stored = new Map(ports.world.stored)
    const outlook = await previewBatch('b', request(), ports)
    expect(outlook).toMatchObject({ classes: [{ className: 'Cat', available: 3 }], background: false })
    expect(outlook.cost.bytes).toBeGreaterThan(0)
    expect(ports.world.stored).toEqual(stored)
    expect(ports.world.sent).toMatchObject({ tasks: [], chunks: [], events: [] })
    const { state } = await createBatch('b', request(), ports)
    expect(outlook.recipe).toBe(state.recipe)
  })
})

describe('a large request', () => {
  const large = request({ examplesPerClass: 2001 })

  it('is left to a worker, and comes out the same', async () => {
    const ports = await petsPorts(cats(30))
    const { state } = await createBatch('b', large, ports)
    expect(state.state).toBe('selecting')
    expect((await previewBatch('other', large, ports)).background).toBe(true)
    expect(ports.world.sent.tasks).toHaveLength(1)
    await drain(ports)
    await createBatch('small', request({ examplesPerClass: 30 }), ports)
    expect((await view('b', ports)).state).toBe('selected')
    expect(await imagesOf('b', ports)).toEqual(await imagesOf('small', ports))
  })

  it('that takes more than a call may read stays to be chosen', async () => {
    const ports = await petsPorts(cats(30))
    const { state } = await createBatch('b', large, ports)
    await expect(chooseImages('b', state.batchId, ports, { requests: 100, bytes: 100 })).rejects.toBeInstanceOf(
      ReadBudgetExceeded,
    )
    expect((await view('b', ports)).state).toBe('selecting')
    await drain(ports)
    expect((await view('b', ports)).imageCount).toBe(30)
  })

  it('whose message comes twice is chosen once', async () => {
    const ports = await petsPorts(cats(30))
    await createBatch('b', large, ports)
    await drain(ports, { times: 2 })
    const chosen = ports.world.calls.filter(({ method, key }) => method === 'put' && key.endsWith('images.jsonl'))
    expect(chosen).toHaveLength(1)
  })

  it('whose message was lost is sent on by the same request', async () => {
    const ports = await petsPorts(cats(30))
    await createBatch('b', large, ports)
    ports.world.sent.tasks.splice(0)
    expect((await createBatch('b', large, ports)).outcome).toBe('existing')
    await drain(ports)
    expect((await view('b', ports)).state).toBe('selected')
  })

  it('comes out the same wherever the caller or the worker dies', async () => {
    const { world } = await petsPorts(cats(3))
    const work = async (ports: MemoryPorts) => {
      await insisting(() => createBatch('b', large, ports))
      await drain(ports)
    }
    const died = await dyingAtEachCall(world, work, async (ports, where) => {
      const { state, imageCount } = await view('b', ports)
      expect([where, state, imageCount]).toEqual([where, 'selected', 3])
      expect(await imagesOf('b', ports)).toHaveLength(3)
    })
    expect(died).toBeGreaterThan(12)
  })
})

describe('a selection that fails', () => {
  const gone = new Error('no more')

  it('says why in the batch, and the same request tries again', async () => {
    const ports = await petsPorts(cats(3))
    ports.world.fault = ({ method }) => (method === 'read' ? gone : undefined)
    await expect(createBatch('b', request(), ports)).rejects.toThrow('no more')
    ports.world.fault = () => undefined
    const failed = await view('b', ports)
    expect([failed.state, failed.problem?.code]).toEqual(['failed', 'internal'])
    expect(failed.problem?.detail).not.toContain('no more')
    expect((await createBatch('b', request(), ports)).state.state).toBe('selected')
    const { state, problem } = await view('b', ports)
    expect([state, problem]).toEqual(['selected', undefined])
  })

  it('for a dataset that was forgotten and imported again reads the new import', async () => {
    const ports = await petsPorts(cats(3))
    const large = request({ examplesPerClass: 2001 })
    await createBatch('b', large, ports)
    await forgetDataset('pets', ports)
    await drain(ports)
    expect(await view('b', ports)).toMatchObject({ state: 'failed', problem: { code: 'bad-source' } })
    putAnnotations(ports.world, cats(2))
    await importPets(ports.world)
    await createBatch('b', large, ports)
    await drain(ports)
    expect(await view('b', ports)).toMatchObject({ state: 'selected', imageCount: 2 })
  })

  it('again and again is given up, and the batch says so', async () => {
    const ports = await petsPorts(cats(3))
    await createBatch('b', request({ examplesPerClass: 2001 }), ports)
    ports.world.fault = ({ method }) => (method === 'read' ? gone : undefined)
    await drain(ports)
    expect((await view('b', ports)).problem?.detail).toContain('given up')
  })
})

describe('a batch that was deleted and made again', () => {
  it('is not touched by a message of the one before', async () => {
    const ports = await petsPorts(cats(30))
    await createBatch('b', request({ examplesPerClass: 2001 }), ports)
    const [late] = ports.world.sent.tasks
    await drain(ports)
    await deleteBatch('b', ports)
    await createBatch('b', request(), ports)
    ports.world.sent.tasks.push(late)
    await drain(ports)
    expect((await view('b', ports)).imageCount).toBe(2)
    expect(await imagesOf('b', ports)).toHaveLength(2)
  })

  it('is not overwritten by a worker that was still choosing for the one before', async () => {
    const ports = await petsPorts(cats(30))
    await createBatch('b', request({ examplesPerClass: 2001 }), ports)
    const [late] = ports.world.sent.tasks
    await drain(ports)
    const chosen = await getBatch('b', ports)
    await deleteBatch('b', ports)
    await createBatch('b', request({ batchOffset: 1 }), ports)
    // The slow worker read the batch before it was chosen, and gets round to writing now.
    const { selection: _, ...before } = chosen.value
    const bytes = Buffer.from(JSON.stringify({ ...before, state: 'selecting' }))
    const first = [{ bytes, etag: '"old"', size: bytes.length }]
    const get: MemoryPorts['objects']['get'] = async (key, range) =>
      (key === 'data/b/batch.json' ? first.pop() : undefined) ?? ports.objects.get(key, range)
    ports.world.sent.tasks.push(late)
    await drain({ ...ports, objects: { ...ports.objects, get } })
    expect(first).toEqual([])
    expect(await imagesOf('b', ports)).toEqual([imageId(3), imageId(4)])
  })
})

describe('what is refused', () => {
  it.each(['raw', 'augmentation', 'test', 'system', '', '-a', 'a-', 'a'.repeat(64), '..', 'a/b', 'ä', 'a b'])(
    'the name %j',
    (name) => expect(BatchName.safeParse(name).success).toBe(false),
  )

  it.each(['a', 'A-9', 'a--b', 'a'.repeat(63), 'rawer'])('but not the name %j', (name) =>
    expect(BatchName.safeParse(name).success).toBe(true),
  )

  it('a bucket in another region, naming both, with nothing left behind', async () => {
    const { world } = await petsPorts(cats(3))
    const ports = memoryPorts({ world })
    const elsewhere = { ...ports, bucket: { ...ports.bucket, region: async () => 'eu-west-1' } }
    await expect(createBatch('b', request(), elsewhere)).rejects.toEqual(
      failure('preflight-failed', 'eu-west-1', 'us-east-1'),
    )
    expect(batchKeys(ports)).toEqual([])
  })

  it('a bucket that does not exist, with nothing left behind', async () => {
    const ports = await petsPorts(cats(3))
    const missing = new AppError('preflight-failed', 'Bucket "work" does not exist.')
    ports.world.fault = ({ method }) => (method === 'region' ? missing : undefined)
    await expect(createBatch('b', request(), ports)).rejects.toEqual(failure('preflight-failed', '"work"'))
    expect(batchKeys(ports)).toEqual([])
  })

  it('a source bucket that this deployment may not read, with nothing left behind', async () => {
    const { world } = await petsPorts(cats(3))
    const ports = memoryPorts({ world, config: testConfig({ sourceBuckets: ['other'] }) })
    await expect(createBatch('b', request(), ports)).rejects.toEqual(
      failure('bad-source', 'open-images-dataset', 'Allowed: work, other'),
    )
    expect(batchKeys(ports)).toEqual([])
  })

  it.each([
    ['a dataset that there is not', { dataset: 'none' }, 'not-found', 'GET /v1/datasets'],
    ['a dataset that was not imported', { dataset: 'open-images-v4-test' }, 'wrong-state', 'POST /v1/datasets'],
    ['a class that there is not', { classNames: ['Catt'] }, 'unknown-class', 'Cat'],
    ['a class asked for twice', { classNames: ['Cat', 'cat'] }, 'invalid-request', 'once'],
  ])('%s, with nothing left behind', async (_, changes, code, hint) => {
    const ports = await petsPorts(cats(3))
    await expect(createBatch('b', request(changes), ports)).rejects.toEqual(failure(code, hint))
    expect(keysOf('b', ports.world)).toEqual([])
  })
})
