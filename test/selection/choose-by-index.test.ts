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
import {
  CAT,
  cats,
  DOG,
  importPets,
  keysOf,
  petsWorld,
  putAnnotations,
  row,
  sameWorld,
} from '../support/fixtures/pets.ts'
import { drain } from '../support/world/drain.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { memoryObject, type World } from '../support/world/world.ts'

const request = (changes: Record<string, unknown> = {}) =>
  BatchRequest.parse({ dataset: 'pets', classNames: ['Cat', 'Dog'], examplesPerClass: 2, ...changes })

/** So many images, of which every one has a cat and every third a dog. */
const pets = (images: number): string[] =>
  cats(images).flatMap((cat, at) => (at % 3 === 0 ? [cat, row(at + 1, DOG, '0,0,1,0,0')] : [cat]))

const uriOf = (world: World, name: string): string => [...world.stored.keys()].find((uri) => uri.endsWith(name))!
const indexOf = (world: World): string => uriOf(world, '/annotations-bbox.index')
const linesOf = ({ stored }: World): string =>
  Buffer.from(stored.get('s3://work/data/b/images.jsonl')?.bytes ?? []).toString()

async function chosen(world: World, changes: Record<string, unknown> = {}) {
  const own = sameWorld(world)
  const { state } = await createBatch('b', request(changes), memoryPorts({ world: own }))
  const { cost, warnings = [], classes } = state.selection ?? {}
  return {
    state: state.state,
    cost,
    warnings: [...state.warnings, ...warnings],
    classes,
    lines: linesOf(own),
    world: own,
  }
}

describe('a batch chosen through the index', () => {
  let few: World
  let many: World
  beforeAll(async () => {
    few = await petsWorld(pets(2000))
    many = await petsWorld(pets(40_000))
  })

  it.each([0, 10, 160])('costs no more from a dataset that is 20 times as large: offset %i', async (batchOffset) => {
    const [small, large] = [await chosen(few, { batchOffset }), await chosen(many, { batchOffset })]
    expect(large.classes?.map(({ selected }) => selected)).toEqual([2, 2])
    expect(large.lines).toBe(small.lines)
    expect([small.cost?.strategy, large.cost?.strategy]).toEqual(['index', 'index'])
    expect(large.cost!.bytes).toBeLessThan(1.2 * small.cost!.bytes)
    // Lists that lie near each other in a small index are read by one request.
    expect(large.cost!.requests).toBeLessThanOrEqual(small.cost!.requests + 1)
  })

  it('opens two files, reads their heads, a page of each list, and the rows: nothing else', async () => {
    const { world, cost } = await chosen(many)
    const reads = world.calls.filter(({ port }) => port === 'files')
    const [csv, index] = [uriOf(world, '/annotations-bbox.csv'), indexOf(world)]
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

  it('reads no row of the batches before it', async () => {
    const { world } = await chosen(many, { batchOffset: 160 })
    const csv = uriOf(world, '/annotations-bbox.csv')
    const [, ...rows] = world.calls.filter(({ method, key }) => method === 'read' && key === csv)
    const first = Buffer.from(world.stored.get(csv)!.bytes).indexOf(
      JSON.parse(linesOf(world).split('\n', 1)[0]!).imageId,
    )
    expect(Math.min(...rows.map(({ range }) => range!.start))).toBe(first)
  })

  it('is the same by scan, which costs more the farther it goes', async () => {
    const byIndex = await chosen(many, { batchOffset: 160 })
    const byScan = await chosen(many, { batchOffset: 160, strategy: 'scan' })
    expect(byScan.cost?.strategy).toBe('scan')
    expect(byScan.lines).toBe(byIndex.lines)
    expect(byScan.cost!.bytes).toBeGreaterThan(byIndex.cost!.bytes)
  })

  it('reads the rows of candidates where a flag is excluded, a step farther at a time', async () => {
    const excludeFlags = ['isGroupOf']
    const byIndex = await chosen(few, { excludeFlags })
    const byScan = await chosen(few, { excludeFlags, strategy: 'scan' })
    expect(byIndex.cost?.strategy).toBe('index')
    expect(byIndex.classes?.map(({ selected }) => selected)).toEqual([2, 0])
    expect(byIndex.lines).toBe(byScan.lines)
  })

  it('finds in some steps what a class has of many below it, and what other classes leave of it', async () => {
    // Each image is of all three classes, and each second one was taken by an earlier class.
    const classNames = ['Animal', 'Cat', 'Dog']
    const { world, classes } = await chosen(many, { classNames, examplesPerClass: 500, batchOffset: 5 })
    expect(classes?.map(({ selected }) => selected)).toEqual([500, 500, 500])
    const reads = world.calls.filter(({ method, key }) => method === 'read' && key === indexOf(world))
    // The head, and of two lists what each step takes.
    expect(reads.length).toBeLessThanOrEqual(1 + 2 * 5)
  })

  it.each([
    ['within the call', 1000, 'selected'],
    ['by a worker, where more than 2,000 images are asked for', 1001, 'selecting'],
  ])('is chosen %s', async (_, examplesPerClass, state) => {
    expect((await chosen(many, { examplesPerClass })).state).toBe(state)
  })
})

describe('the outlook on a batch', () => {
  let world: World
  beforeAll(async () => {
    world = await petsWorld(pets(40_000))
  })
  const outlook = async (changes: Record<string, unknown>) => {
    const own = sameWorld(world)
    const told = await previewBatch('b', request(changes), memoryPorts({ world: own }))
    return { told, calls: own.calls }
  }

  it.each([{}, { batchOffset: 160 }, { examplesPerClass: 900 }, { batchOffset: 9000 }])(
    'tells exactly what is chosen and what that costs: %j',
    async (changes) => {
      const { told } = await outlook(changes)
      const { classes, warnings, cost, world: made } = await chosen(world, changes)
      expect(told).toMatchObject({ classes, warnings, cost, background: false })
      expect(told.imageCount).toBe(linesOf(made).split('\n').length - 1)
    },
  )

  it('reads the index alone, and writes nothing', async () => {
    const { calls } = await outlook({ batchOffset: 160 })
    const files = new Set(calls.filter(({ port }) => port === 'files').map(({ key }) => key))
    expect([...files]).toEqual([indexOf(world)])
    expect(calls.some(({ method }) => method === 'put')).toBe(false)
  })

  it('leaves open which images it has where flags decide, and tells about what finding them takes', async () => {
    const changes = { excludeFlags: ['isGroupOf'], classNames: ['Cat'], batchOffset: 100 }
    const { told } = await outlook(changes)
    expect(told.warnings.map(({ code }) => code)).toEqual(['flags-not-read'])
    expect(told).not.toHaveProperty('imageCount')
    expect(told.classes).toEqual([{ className: 'Cat', classIds: [CAT], available: 40_000, requested: 2 }])
    const { cost } = await chosen(world, changes)
    expect(told.cost.strategy).toBe('index')
    expect(cost!.bytes / told.cost.bytes).toBeLessThan(1.5)
  })

  it('stops reading an index of which a call would have to read too much', async () => {
    const own = sameWorld(world)
    own.fault = ({ method, range }) =>
      method === 'read' && range?.start !== 0 ? new ReadBudgetExceeded('much') : undefined
    const told = await previewBatch('b', request(), memoryPorts({ world: own }))
    expect(told).toMatchObject({ cost: { strategy: 'index', requests: 6, bytes: 38 << 10 }, background: true })
    expect(told).not.toHaveProperty('imageCount')
  })

  it('is made from the counts where a scan is wanted', async () => {
    const { told, calls } = await outlook({ strategy: 'scan' })
    expect(told).toMatchObject({ cost: { strategy: 'scan' }, classes: [{ requested: 2, available: 40_000 }, {}] })
    expect(told.classes[0]).not.toHaveProperty('selected')
    expect(calls.filter(({ port }) => port === 'files')).toEqual([])
  })
})

describe('an index that cannot be used', () => {
  let world: World
  let scanned: string
  let index: Buffer
  beforeAll(async () => {
    world = await petsWorld(pets(300))
    scanned = (await chosen(world, { strategy: 'scan', batchOffset: 20 })).lines
    index = Buffer.from(world.stored.get(indexOf(world))!.bytes)
  })

  /** The world with other bytes where the index is, as if they were of the version that was noted. */
  const spoilt = (bytes: Uint8Array): World => {
    const own = sameWorld(world)
    own.stored.set(indexOf(own), { ...memoryObject(bytes), etag: own.stored.get(indexOf(own))!.etag })
    return own
  }
  const changed = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(index)
    change(bytes)
    return bytes
  }
  /** The index with the records of its first page changed, and their check made right again. */
  const respoilt = (change: (records: Buffer) => void): Buffer =>
    changed((bytes) => {
      const at = bytes.readUInt32BE(12)
      const records = bytes.subarray(at, at + 63 * 16)
      change(records)
      bytes.writeUInt32BE(crc32(records), at + 63 * 16)
    })
  const gone = (): World => {
    const own = sameWorld(world)
    own.stored.delete(indexOf(own))
    return own
  }
  const replaced = (): World => {
    const own = sameWorld(world)
    own.stored.set(indexOf(own), memoryObject(changed((bytes) => bytes.fill(0, 5000))))
    return own
  }
  /** Of a box file that is one row longer. */
  const stale = async (): Promise<World> => {
    const own = sameWorld(world)
    putAnnotations(own, [...pets(300), row(5000, DOG)])
    await importPets(own)
    return spoilt(own.stored.get([...own.stored.keys()].filter((uri) => uri.endsWith('.index')).at(-1)!)!.bytes)
  }

  const kinds: [what: string, make: () => World | Promise<World>, why: RegExp][] = [
    ['is gone', gone, /it is missing/],
    ['was replaced', replaced, /it was replaced/],
    ['was made from another box file', stale, /another version of the box file/],
    ['is of a newer version', () => spoilt(changed((bytes) => bytes.writeUInt16BE(2, 8))), /version 1, not 2/],
    ['is truncated', () => spoilt(index.subarray(0, -1)), /must have \d+ bytes/],
    ['is empty', () => spoilt(Buffer.alloc(0)), /GWBOXIDX/],
    ['ends in its head', () => spoilt(index.subarray(0, 40)), /GWBOXIDX|must have \d+ bytes/],
    ['is another kind of file', () => spoilt(Buffer.from('<html>'.repeat(100))), /GWBOXIDX/],
    ['is spoilt in its directory', () => spoilt(changed((bytes) => bytes.writeUInt8(7, 60))), /head is corrupt/],
    ['is spoilt in a record', () => spoilt(changed((bytes) => bytes.writeUInt8(7, 500))), /checksum of a page/],
  ]

  it.each(kinds)('gives the answer of a scan, and says so: it %s', async (_, make, why) => {
    const { lines, cost, warnings, state } = await chosen(await make(), { batchOffset: 20 })
    expect({ lines, strategy: cost?.strategy, state }).toEqual({ lines: scanned, strategy: 'scan', state: 'selected' })
    expect(warnings).toContainEqual({ code: 'index-not-used', message: expect.stringMatching(why) })
  })

  it.each(kinds)('is an error where the request wants an index: it %s', async (_, make, why) => {
    const own = await make()
    const asked = request({ batchOffset: 20, strategy: 'index' })
    const refusal = { code: 'bad-source', message: expect.stringMatching(why) }
    await expect(createBatch('b', asked, memoryPorts({ world: own }))).rejects.toMatchObject(refusal)
    // What its head tells is found out before anything is written.
    expect(keysOf('b', own)).toEqual(String(why).includes('page') ? ['batch.json'] : [])
  })

  it.each(kinds)('is told by validateOnly: it %s', async (_, make, why) => {
    const { warnings, cost } = await previewBatch('b', request(), memoryPorts({ world: await make() }))
    expect(cost.strategy).toBe('scan')
    expect(warnings).toContainEqual({ code: 'index-not-used', message: expect.stringMatching(why) })
  })

  it('is not used any more once it was replaced while it was read', async () => {
    const own = sameWorld(world)
    own.pause = async ({ method, range }) => {
      if (method === 'read' && range?.start !== 0) own.stored.set(indexOf(own), memoryObject(index.subarray(1)))
    }
    const { state } = await createBatch('b', request({ batchOffset: 20 }), memoryPorts({ world: own }))
    expect(state.selection?.warnings).toContainEqual({
      code: 'index-not-used',
      message: expect.stringContaining('it was replaced'),
    })
    expect(linesOf(own)).toBe(scanned)
  })

  it('is not used where its records are in disorder, or name what is not in the file', async () => {
    for (const spoil of [
      (records: Buffer) => records.copyWithin(0, 16, 32),
      (records: Buffer) => records.writeUIntBE(2 ** 24 - 1, 13, 3),
    ]) {
      const { state } = await createBatch('b', request(), memoryPorts({ world: spoilt(respoilt(spoil)) }))
      expect(state.selection?.warnings.map(({ code }) => code)).toEqual(['index-not-used'])
    }
  })

  it('is not used where the rows that it names have no box of the class', async () => {
    const own = sameWorld(world)
    const csv = uriOf(own, '/annotations-bbox.csv')
    const { bytes, ...object } = own.stored.get(csv)!
    const text = Buffer.from(bytes).toString().replaceAll('/m/0bt9lr', '/m/0xxxxx')
    own.stored.set(csv, { ...object, bytes: Buffer.from(text) })
    const { state } = await createBatch('b', request(), memoryPorts({ world: own }))
    expect(state.selection?.warnings.map(({ code }) => code)).toContain('index-not-used')
    expect(state.selection?.cost.strategy).toBe('scan')
  })

  it('fails a batch that a worker chooses, where the request wants the index', async () => {
    const own = memoryPorts({ world: spoilt(changed((bytes) => bytes.writeUInt8(7, 500))) })
    await createBatch('b', request({ examplesPerClass: 5000, strategy: 'index' }), own)
    await drain(own)
    expect((await getBatch('b', own)).value).toMatchObject({ state: 'failed', problem: { code: 'bad-source' } })
  })

  it('never makes another batch, whichever of its bytes is spoilt', async () => {
    const spoiling = fc.record({ at: fc.nat(index.length - 1), bits: fc.integer({ min: 1, max: 255 }) })
    await fc.assert(
      fc.asyncProperty(spoiling, async ({ at, bits }) => {
        const own = spoilt(changed((bytes) => bytes.writeUInt8(bytes.readUInt8(at) ^ bits, at)))
        expect((await chosen(own, { batchOffset: 20 })).lines).toBe(scanned)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a large box file', () => {
  /** The dataset as if its box file had so many bytes. */
  const ofBytes = async (bytes: number): Promise<World> => {
    const world = await petsWorld(pets(300))
    const key = 's3://work/data/raw/pets/dataset.json'
    const state = JSON.parse(Buffer.from(world.stored.get(key)!.bytes).toString())
    state.current.annotations.bytes = bytes
    world.stored.set(key, memoryObject(JSON.stringify(state)))
    return world
  }
  const isBackground = async (world: World, changes: Record<string, unknown>): Promise<boolean> =>
    (await planBatch(request(changes), memoryPorts({ world }))).background

  it('is scanned by a worker where that takes more than 128 MiB, and looked up within the call', async () => {
    const world = await ofBytes(1 << 30)
    const late = { batchOffset: 60 }
    expect(await isBackground(world, { ...late, strategy: 'scan' })).toBe(true)
    expect(await isBackground(world, late)).toBe(false)
    expect(await isBackground(await ofBytes(1 << 20), { ...late, strategy: 'scan' })).toBe(false)
  })
  it('whose index cannot be used is foretold to be scanned by a worker', async () => {
    const world = await ofBytes(1 << 30)
    const told = await previewBatch('b', request({ batchOffset: 60 }), memoryPorts({ world }))
    expect(told).toMatchObject({ cost: { strategy: 'scan' }, background: true })
  })
  it('whose index cannot be used is left to a worker at once', async () => {
    const ports = memoryPorts({ world: await ofBytes(1 << 30) })
    const { state } = await createBatch('b', request({ batchOffset: 60 }), ports)
    expect(state.state).toBe('selecting')
    expect(ports.world.sent.tasks).toHaveLength(1)
  })
  it('is looked up by a worker where that takes more than two million candidates', async () => {
    const { state } = await planBatch(request({ batchOffset: 999_999 }), memoryPorts({ world: await ofBytes(1000) }))
    const ofImages = (available: number) => ({
      ...state,
      criteria: { ...state.criteria, classes: state.criteria.classes.map((wanted) => ({ ...wanted, available })) },
    })
    expect([900_000, 1_100_000].map((images) => needsWorker(ofImages(images)))).toEqual([false, true])
  })
  it('of another size than was noted is refused as another file', async () => {
    const ports = memoryPorts({ world: await ofBytes(1000) })
    await expect(createBatch('b', request(), ports)).rejects.toMatchObject({ code: 'source-changed' })
  })
})

describe('a dataset that has no index', () => {
  const scattered = [...pets(3), row(1, DOG)]

  it('because an image’s rows stand apart, is scanned without a warning', async () => {
    const { cost, warnings } = await chosen(await petsWorld(scattered), { examplesPerClass: 1 })
    expect([cost?.strategy, warnings]).toEqual(['scan', []])
  })
  it('refuses a request that wants one, before anything is written', async () => {
    const ports = memoryPorts({ world: await petsWorld(scattered) })
    await expect(createBatch('b', request({ strategy: 'index' }), ports)).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringContaining('not grouped by image'),
    })
    expect(keysOf('b', ports.world)).toEqual([])
  })
})
