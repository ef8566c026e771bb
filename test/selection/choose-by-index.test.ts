import { crc32 } from 'node:zlib'
import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createBatch } from '../../shared/batches/create.ts'
import { previewBatch } from '../../shared/batches/preview.ts'
import { getBatch } from '../../shared/batches/record/store.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { ReadBudgetExceeded } from '../../shared/platform/storage/metered.ts'
import { needsWorker } from '../../shared/selection/box-files.ts'
import { planBatch } from '../../shared/selection/plan.ts'
import { drain } from '../support/broker/drain.ts'
import { CAT, cats, DOG, importPets, listBatchKeys, petsWorld, putAnnotations, row } from '../support/fixtures/pets.ts'
import { imageListKeyAt, textAt } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { copyWorld, type World } from '../support/world/world.ts'

const request = (changes: Record<string, unknown> = {}) =>
  BatchRequest.parse({ dataset: 'pets', classNames: ['Cat', 'Dog'], examplesPerClass: 2, ...changes })

/** Returns rows of so many images: each has a cat, and every third a dog in a group. */
const pets = (images: number): string[] =>
  cats(images).flatMap((cat, at) => (at % 3 === 0 ? [cat, row(at + 1, DOG, '0,0,1,0,0')] : [cat]))

const findUri = (world: World, name: string): string => [...world.stored.keys()].find((uri) => uri.endsWith(name))!
const indexUri = (world: World): string => findUri(world, '/annotations-bbox.index')
const readImageList = (world: World): string => textAt(world, imageListKeyAt(world, 'b')) ?? ''

/** Creates the batch `b` in a copy of a world, and returns what was selected. */
async function selectImages(world: World, changes: Record<string, unknown> = {}) {
  const own = copyWorld(world)
  const { state } = await createBatch('b', request(changes), memoryPorts({ world: own }))
  const { cost, warnings = [], classes } = state.selection ?? {}
  return {
    state: state.state,
    cost,
    warnings: [...state.warnings, ...warnings],
    classes,
    lines: readImageList(own),
    world: own,
  }
}

describe('selecting images by the index', () => {
  let few: World
  let many: World
  beforeAll(async () => {
    few = await petsWorld(pets(2000))
    many = await petsWorld(pets(40_000))
  })

  it.each([0, 10, 160])('costs no more for a dataset 20 times as large, at batchOffset %i', async (batchOffset) => {
    const [small, large] = [await selectImages(few, { batchOffset }), await selectImages(many, { batchOffset })]
    expect(large.classes?.map(({ selected }) => selected)).toEqual([2, 2])
    expect(large.lines).toBe(small.lines)
    expect([small.cost?.strategy, large.cost?.strategy]).toEqual(['index', 'index'])
    expect(large.cost!.bytes).toBeLessThan(1.2 * small.cost!.bytes)
    // Lists that are close together in a small index are read with one request.
    expect(large.cost!.requests).toBeLessThanOrEqual(small.cost!.requests + 1)
  })

  it('reads only the heads of the two files, a page of each list, and the rows', async () => {
    const { world, cost } = await selectImages(many)
    const reads = world.calls.filter(({ port }) => port === 'files')
    const [csv, index] = [findUri(world, '/annotations-bbox.csv'), indexUri(world)]
    expect(reads.map(({ method, key, range }) => [method, key, range && range.end - range.start])).toEqual([
      ['open', csv, undefined],
      ['open', index, undefined],
      ['read', index, 32 << 10],
      ['read', csv, 4096],
      ['read', index, 1024],
      ['read', index, 1024],
      ['read', csv, expect.any(Number)],
    ])
    const bytes = reads.reduce((sum, { range }) => sum + (range ? range.end - range.start : 0), 0)
    expect(cost).toEqual({ strategy: 'index', requests: reads.length, bytes })
  })

  it('reads no row of earlier batches', async () => {
    const { world } = await selectImages(many, { batchOffset: 160 })
    const csv = findUri(world, '/annotations-bbox.csv')
    const [, ...rows] = world.calls.filter(({ method, key }) => method === 'read' && key === csv)
    const first = Buffer.from(world.stored.get(csv)!.bytes).indexOf(
      JSON.parse(readImageList(world).split('\n', 1)[0]!).imageId,
    )
    expect(Math.min(...rows.map(({ range }) => range!.start))).toBe(first)
  })

  it('selects the same images as a scan, which costs more at a high batchOffset', async () => {
    const byIndex = await selectImages(many, { batchOffset: 160 })
    const byScan = await selectImages(many, { batchOffset: 160, strategy: 'scan' })
    expect(byScan.cost?.strategy).toBe('scan')
    expect(byScan.lines).toBe(byIndex.lines)
    expect(byScan.cost!.bytes).toBeGreaterThan(byIndex.cost!.bytes)
  })

  it('reads rows of candidates step by step when boxes are excluded by a flag', async () => {
    const excludeFlags = ['isGroupOf']
    const byIndex = await selectImages(few, { excludeFlags })
    const byScan = await selectImages(few, { excludeFlags, strategy: 'scan' })
    expect(byIndex.cost?.strategy).toBe('index')
    expect(byIndex.classes?.map(({ selected }) => selected)).toEqual([2, 0])
    expect(byIndex.lines).toBe(byScan.lines)
  })

  it('reads the lists in a few steps when classes share their images', async () => {
    // Every image is an animal and a cat, and every third is also a dog: earlier classes take many of the candidates.
    const classNames = ['Animal', 'Cat', 'Dog']
    const { world, classes } = await selectImages(many, { classNames, examplesPerClass: 500, batchOffset: 5 })
    expect(classes?.map(({ selected }) => selected)).toEqual([500, 500, 500])
    const reads = world.calls.filter(({ method, key }) => method === 'read' && key === indexUri(world))
    // One read for the head, and one per list and step.
    expect(reads.length).toBeLessThanOrEqual(1 + 2 * 5)
  })

  it.each([
    ['within the call', 1000, 'selected'],
    ['by a worker when more than 2,000 images are requested', 1001, 'selecting'],
  ])('is done %s', async (_, examplesPerClass, state) => {
    expect((await selectImages(many, { examplesPerClass })).state).toBe(state)
  })
})

describe('previewing a selection by the index', () => {
  let world: World
  beforeAll(async () => {
    world = await petsWorld(pets(40_000))
  })
  const previewWith = async (changes: Record<string, unknown>) => {
    const own = copyWorld(world)
    const preview = await previewBatch('b', request(changes), memoryPorts({ world: own }))
    return { preview, calls: own.calls }
  }

  it.each([{}, { batchOffset: 160 }, { examplesPerClass: 900 }, { batchOffset: 9000 }])(
    'predicts the selection and its cost exactly for %j',
    async (changes) => {
      const { preview } = await previewWith(changes)
      const { classes, warnings, cost, world: after } = await selectImages(world, changes)
      expect(preview).toMatchObject({ classes, warnings, cost, background: false })
      expect(preview.imageCount).toBe(readImageList(after).split('\n').length - 1)
    },
  )

  it('reads nothing but the index, and writes nothing', async () => {
    const { calls } = await previewWith({ batchOffset: 160 })
    const files = new Set(calls.filter(({ port }) => port === 'files').map(({ key }) => key))
    expect([...files]).toEqual([indexUri(world)])
    expect(calls.some(({ method }) => method === 'put')).toBe(false)
  })

  it('estimates only the cost when boxes are excluded by a flag, and warns about that', async () => {
    const changes = { excludeFlags: ['isGroupOf'], classNames: ['Cat'], batchOffset: 100 }
    const { preview } = await previewWith(changes)
    expect(preview.warnings.map(({ code }) => code)).toEqual(['flags-not-read'])
    expect(preview).not.toHaveProperty('imageCount')
    expect(preview.classes).toEqual([{ className: 'Cat', classIds: [CAT], available: 40_000, requested: 2 }])
    const { cost } = await selectImages(world, changes)
    expect(preview.cost.strategy).toBe('index')
    expect(cost!.bytes / preview.cost.bytes).toBeLessThan(1.5)
  })

  it('stops reading the index when it exceeds the read budget of a call', async () => {
    const own = copyWorld(world)
    own.fault = ({ method, range }) =>
      method === 'read' && range?.start !== 0 ? new ReadBudgetExceeded('too much') : undefined
    const preview = await previewBatch('b', request(), memoryPorts({ world: own }))
    expect(preview).toMatchObject({ cost: { strategy: 'index', requests: 6, bytes: 38 << 10 }, background: true })
    expect(preview).not.toHaveProperty('imageCount')
  })

  it('uses the class counts when the request asks for a scan', async () => {
    const { preview, calls } = await previewWith({ strategy: 'scan' })
    expect(preview).toMatchObject({ cost: { strategy: 'scan' }, classes: [{ requested: 2, available: 40_000 }, {}] })
    expect(preview.classes[0]).not.toHaveProperty('selected')
    expect(calls.filter(({ port }) => port === 'files')).toEqual([])
  })
})

describe('an index that cannot be used', () => {
  let world: World
  let scannedList: string
  let index: Buffer
  beforeAll(async () => {
    world = await petsWorld(pets(300))
    scannedList = (await selectImages(world, { strategy: 'scan', batchOffset: 20 })).lines
    index = Buffer.from(world.stored.get(indexUri(world))!.bytes)
  })

  /** Returns the world with another content of the index under the ETag that was recorded. */
  const withIndex = (bytes: Uint8Array): World => {
    const own = copyWorld(world)
    own.stored.set(indexUri(own), { ...memoryObject(bytes), etag: own.stored.get(indexUri(own))!.etag })
    return own
  }
  /** Returns a changed copy of the index. */
  const changeIndex = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(index)
    change(bytes)
    return bytes
  }
  /** Returns the index with the records of its first page changed and their checksum corrected. */
  const changeRecords = (change: (records: Buffer) => void): Buffer =>
    changeIndex((bytes) => {
      const at = bytes.readUInt32BE(12)
      const records = bytes.subarray(at, at + 63 * 16)
      change(records)
      bytes.writeUInt32BE(crc32(records), at + 63 * 16)
    })
  const missing = (): World => {
    const own = copyWorld(world)
    own.stored.delete(indexUri(own))
    return own
  }
  const replaced = (): World => {
    const own = copyWorld(world)
    own.stored.set(indexUri(own), memoryObject(changeIndex((bytes) => bytes.fill(0, 5000))))
    return own
  }
  /** Returns the world with the index of a box file that is one row longer. */
  const outdated = async (): Promise<World> => {
    const own = copyWorld(world)
    putAnnotations(own, [...pets(300), row(5000, DOG)])
    await importPets(own)
    return withIndex(own.stored.get([...own.stored.keys()].filter((uri) => uri.endsWith('.index')).at(-1)!)!.bytes)
  }

  type Defect = [what: string, make: () => World | Promise<World>, reason: RegExp, foundAt: 'opening' | 'reading']
  const defects: Defect[] = [
    ['is missing', missing, /gone|missing/, 'opening'],
    ['was replaced', replaced, /replaced/, 'opening'],
    ['was built from another version of the box file', outdated, /another version/, 'opening'],
    [
      'has a newer format version',
      () => withIndex(changeIndex((bytes) => bytes.writeUInt16BE(2, 8))),
      /(?=.*version)(?=.*\b2\b)(?=.*\b1\b)/,
      'opening',
    ],
    ['is truncated', () => withIndex(index.subarray(0, -1)), /\d+ bytes/, 'opening'],
    ['is empty', () => withIndex(Buffer.alloc(0)), /GWBOXIDX|begin/, 'opening'],
    ['is truncated in its head', () => withIndex(index.subarray(0, 40)), /GWBOXIDX|begin|\d+ bytes/, 'opening'],
    ['is another kind of file', () => withIndex(Buffer.from('<html>'.repeat(100))), /GWBOXIDX|begin/, 'opening'],
    ['has a corrupt directory', () => withIndex(changeIndex((bytes) => bytes.writeUInt8(7, 60))), /head/, 'opening'],
    ['has a corrupt record', () => withIndex(changeIndex((bytes) => bytes.writeUInt8(7, 500))), /page/, 'reading'],
  ]

  it.each(defects)('causes a scan and a warning when it %s', async (_, make, reason) => {
    const { lines, cost, warnings, state } = await selectImages(await make(), { batchOffset: 20 })
    expect({ lines, strategy: cost?.strategy, state }).toEqual({
      lines: scannedList,
      strategy: 'scan',
      state: 'selected',
    })
    expect(warnings).toContainEqual({ code: 'index-not-used', message: expect.stringMatching(reason) })
  })

  it.each(defects)('fails a request that asks for the index when it %s', async (_, make, reason, foundAt) => {
    const own = await make()
    const indexRequest = request({ batchOffset: 20, strategy: 'index' })
    const refusal = { code: 'bad-source', message: expect.stringMatching(reason) }
    await expect(createBatch('b', indexRequest, memoryPorts({ world: own }))).rejects.toMatchObject(refusal)
    // The head of the index is checked before anything is written.
    expect(listBatchKeys('b', own)).toEqual(foundAt === 'opening' ? [] : ['batch.json'])
  })

  it.each(defects)('causes a warning in a dry run when it %s', async (_, make, reason) => {
    const { warnings, cost } = await previewBatch('b', request(), memoryPorts({ world: await make() }))
    expect(cost.strategy).toBe('scan')
    expect(warnings).toContainEqual({ code: 'index-not-used', message: expect.stringMatching(reason) })
  })

  it('causes a scan when it is replaced while it is read', async () => {
    const own = copyWorld(world)
    own.pause = async ({ method, range }) => {
      if (method === 'read' && range?.start !== 0) own.stored.set(indexUri(own), memoryObject(index.subarray(1)))
    }
    const { state } = await createBatch('b', request({ batchOffset: 20 }), memoryPorts({ world: own }))
    expect(state.selection?.warnings).toContainEqual({
      code: 'index-not-used',
      message: expect.stringContaining('replaced'),
    })
    expect(readImageList(own)).toBe(scannedList)
  })

  it('causes a scan when its records are unsorted or refer to rows beyond the end of the box file', async () => {
    for (const change of [
      (records: Buffer) => records.copyWithin(0, 16, 32),
      (records: Buffer) => records.writeUIntBE(2 ** 24 - 1, 13, 3),
    ]) {
      const { state } = await createBatch('b', request(), memoryPorts({ world: withIndex(changeRecords(change)) }))
      expect(state.selection?.warnings.map(({ code }) => code)).toEqual(['index-not-used'])
    }
  })

  it('causes a scan when the rows that it refers to have no box of the class', async () => {
    const own = copyWorld(world)
    const csv = findUri(own, '/annotations-bbox.csv')
    const { bytes, ...object } = own.stored.get(csv)!
    const text = Buffer.from(bytes).toString().replaceAll('/m/0bt9lr', '/m/0xxxxx')
    own.stored.set(csv, { ...object, bytes: Buffer.from(text) })
    const { state } = await createBatch('b', request(), memoryPorts({ world: own }))
    expect(state.selection?.warnings.map(({ code }) => code)).toContain('index-not-used')
    expect(state.selection?.cost.strategy).toBe('scan')
  })

  it('fails a batch in the background when the request asks for the index', async () => {
    const own = memoryPorts({ world: withIndex(changeIndex((bytes) => bytes.writeUInt8(7, 500))) })
    await createBatch('b', request({ examplesPerClass: 5000, strategy: 'index' }), own)
    await drain(own)
    expect((await getBatch('b', own)).value).toMatchObject({ state: 'failed', problem: { code: 'bad-source' } })
  })

  it('never changes the selection, whichever of its bytes is corrupt', async () => {
    const corruption = fc.record({ at: fc.nat(index.length - 1), bits: fc.integer({ min: 1, max: 255 }) })
    await fc.assert(
      fc.asyncProperty(corruption, async ({ at, bits }) => {
        const own = withIndex(changeIndex((bytes) => bytes.writeUInt8(bytes.readUInt8(at) ^ bits, at)))
        expect((await selectImages(own, { batchOffset: 20 })).lines).toBe(scannedList)
      }),
      { numRuns: 200 },
    )
  })
})

describe('selecting images from a large box file', () => {
  /** Returns a world whose dataset records so many bytes for its box file. */
  const withFileSize = async (bytes: number): Promise<World> => {
    const world = await petsWorld(pets(300))
    const key = 's3://work/data/raw/pets/dataset.json'
    const state = JSON.parse(Buffer.from(world.stored.get(key)!.bytes).toString())
    state.current.annotations.bytes = bytes
    world.stored.set(key, memoryObject(JSON.stringify(state)))
    return world
  }
  const isBackground = async (world: World, changes: Record<string, unknown>): Promise<boolean> =>
    (await planBatch(request(changes), memoryPorts({ world }))).background

  it('is done by a worker when a scan reads more than 128 MiB, and within the call by the index', async () => {
    const world = await withFileSize(1 << 30)
    const highOffset = { batchOffset: 60 }
    expect(await isBackground(world, { ...highOffset, strategy: 'scan' })).toBe(true)
    expect(await isBackground(world, highOffset)).toBe(false)
    expect(await isBackground(await withFileSize(1 << 20), { ...highOffset, strategy: 'scan' })).toBe(false)
  })

  it('is previewed as a scan in the background when the index cannot be used', async () => {
    const world = await withFileSize(1 << 30)
    const preview = await previewBatch('b', request({ batchOffset: 60 }), memoryPorts({ world }))
    expect(preview).toMatchObject({ cost: { strategy: 'scan' }, background: true })
  })

  it('is left to a worker at once when the index cannot be used', async () => {
    const ports = memoryPorts({ world: await withFileSize(1 << 30) })
    const { state } = await createBatch('b', request({ batchOffset: 60 }), ports)
    expect(state.state).toBe('selecting')
    expect(ports.world.sent.tasks).toHaveLength(1)
  })

  it('is done by a worker when the index yields more than two million candidates', async () => {
    const { state } = await planBatch(
      request({ batchOffset: 999_999 }),
      memoryPorts({ world: await withFileSize(1000) }),
    )
    const withAvailable = (available: number) => ({
      ...state,
      criteria: {
        ...state.criteria,
        classes: state.criteria.classes.map((criterion) => ({ ...criterion, available })),
      },
    })
    expect([900_000, 1_100_000].map((images) => needsWorker(withAvailable(images)))).toEqual([false, true])
  })

  it('is refused when the file does not have the recorded size', async () => {
    const ports = memoryPorts({ world: await withFileSize(1000) })
    await expect(createBatch('b', request(), ports)).rejects.toMatchObject({ code: 'source-changed' })
  })
})

describe('selecting images from a dataset without an index', () => {
  const scattered = [...pets(3), row(1, DOG)]

  it('scans the box file without a warning when it is not grouped by image', async () => {
    const { cost, warnings } = await selectImages(await petsWorld(scattered), { examplesPerClass: 1 })
    expect([cost?.strategy, warnings]).toEqual(['scan', []])
  })

  it('refuses a request that asks for the index, and writes nothing', async () => {
    const ports = memoryPorts({ world: await petsWorld(scattered) })
    await expect(createBatch('b', request({ strategy: 'index' }), ports)).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringMatching(/"pets".*grouped/),
    })
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })
})
