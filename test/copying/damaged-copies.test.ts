import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { ManifestRequest } from '../../shared/contracts/manifest-request.ts'
import { listImages } from '../../shared/copying/list-images.ts'
import { getCopy, startCopy } from '../../shared/copying/start-copy.ts'
import { writeManifest } from '../../shared/manifests/input/write-manifest.ts'
import { CorruptStateError } from '../../shared/platform/state/corrupt-state.ts'
import { drain } from '../support/broker/drain.ts'
import { listBatchKeys } from '../support/fixtures/pets.ts'
import { imageListKeyAt, jsonAt, ROOT } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { batchIn, DAMAGE_NAMES, type Damage, damage, type Phase, roundKey, unpinList } from './damage.ts'
import { completeCopy, copyEvents, readImages, readStatus } from './pets-copy.ts'

type Outcome = 'well' | 'corrupt' | 'wrong-state'
type Reading = 'copy' | 'images' | 'manifest'

const keyOf = {
  'the image list': ({ world }: MemoryPorts) => imageListKeyAt(world, 'b'),
  'a receipt': (ports: MemoryPorts) => roundKey(ports, '1/0001.json'),
  'the end of the round': (ports: MemoryPorts) => roundKey(ports, '1.json'),
  'the start of the round': (ports: MemoryPorts) => roundKey(ports, '1/start.json'),
} as const
type Damaged = keyof typeof keyOf

/** Says how each reading goes; `corrupt` is an error that names the damaged object. */
async function readAll(ports: MemoryPorts, key: string): Promise<Record<Reading, Outcome | unknown>> {
  const attempt = (reading: Promise<unknown>) =>
    reading.then(
      () => 'well',
      (error) => (error instanceof CorruptStateError && error.key === key ? 'corrupt' : (error.code ?? error)),
    )
  return {
    copy: await attempt(getCopy('b', ports)),
    images: await attempt(listImages('b', { limit: 100 }, ports)),
    manifest: await attempt(writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)),
  }
}

/** Whether all images are copied, counted, listed, and in the manifest. */
async function expectComplete(ports: MemoryPorts): Promise<void> {
  expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', pending: 0, failed: 0 })
  const { copied, present } = await getCopy('b', ports)
  expect(copied + present).toBe(5)
  expect((await readImages(ports)).map(({ copy }) => copy)).not.toContain(undefined)
  expect(await readStatus(ports)).toBe('copied')
  const report = await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)
  expect(report).toMatchObject({ lines: 5, omittedCount: 0 })
}

const lost: readonly Damage[] = ['deleted']
const changed = DAMAGE_NAMES.filter((kind) => kind !== 'deleted')

/** Phase, damaged object, kinds of damage, and what it makes of each reading and of the state of the batch. */
const CASES: readonly [Phase, Damaged, readonly Damage[], Record<Reading, Outcome>, string][] = [
  ['copied', 'the image list', DAMAGE_NAMES, { copy: 'well', images: 'corrupt', manifest: 'corrupt' }, 'copied'],
  ['copied', 'a receipt', lost, { copy: 'well', images: 'well', manifest: 'well' }, 'copied'],
  ['copied', 'a receipt', changed, { copy: 'well', images: 'corrupt', manifest: 'corrupt' }, 'copied'],
  ['copied', 'the end of the round', lost, { copy: 'well', images: 'well', manifest: 'wrong-state' }, 'copying'],
  ['copied', 'the end of the round', changed, { copy: 'corrupt', images: 'well', manifest: 'well' }, 'copied'],
  ['copied', 'the start of the round', DAMAGE_NAMES, { copy: 'corrupt', images: 'well', manifest: 'well' }, 'copied'],
  ['copying', 'the image list', DAMAGE_NAMES, { copy: 'well', images: 'corrupt', manifest: 'wrong-state' }, 'copying'],
  ['copying', 'a receipt', lost, { copy: 'well', images: 'well', manifest: 'wrong-state' }, 'copying'],
  ['copying', 'a receipt', changed, { copy: 'corrupt', images: 'corrupt', manifest: 'wrong-state' }, 'copying'],
  [
    'copying',
    'the start of the round',
    DAMAGE_NAMES,
    { copy: 'corrupt', images: 'well', manifest: 'wrong-state' },
    'copying',
  ],
]
const ROWS = CASES.flatMap(([phase, damaged, kinds, ...rest]) =>
  kinds.map((kind) => [phase, damaged, kind, ...rest] as const),
)

describe.each(ROWS)('a batch that is %s, with %s %s', (phase, damaged, kind, readings, status) => {
  it('shows its state, and names the damaged object wherever it is needed', async () => {
    const ports = await batchIn(phase)
    const key = keyOf[damaged](ports)
    damage(ports, key, kind)
    expect(await readAll(ports, key)).toEqual(readings)
    expect(await readStatus(ports)).toBe(status)
  })

  it('is not taken for complete by POST, unless every image has a good receipt', async () => {
    const ports = await batchIn(phase)
    damage(ports, keyOf[damaged](ports), kind)
    const { started } = await startCopy('b', ports)
    expect(started).toBe(phase === 'copying' || damaged !== 'the image list')
  })
})

describe.each(ROWS)('copying again a batch that is %s, with %s %s', (phase, damaged, kind) => {
  it('ends, and completes the batch at the latest when the image list is restored', async () => {
    const ports = await batchIn(phase)
    const restore = damage(ports, keyOf[damaged](ports), kind)
    await startCopy('b', ports)
    expect(await drain(ports)).toEqual([])
    expect(await readStatus(ports)).toMatch(/^(copied|incomplete)$/)
    if (damaged === 'the image list') {
      restore()
      await completeCopy(ports)
    }
    await expectComplete(ports)
    expect(new Set(copyEvents(ports.world).map(({ type, data }) => [type, data.copied].join()))).not.toContain(
      'batch.copied,0',
    )
  })
})

describe.each(DAMAGE_NAMES)('cancelling a copy', (kind) => {
  it.each(Object.keys(keyOf) as Damaged[])(`needs nothing but the record: %s is ${kind}`, async (damaged) => {
    const ports = await batchIn('copying')
    const key = keyOf[damaged](ports)
    if (damaged === 'the end of the round') ports.world.stored.set(ROOT + key, memoryObject('{}'))
    damage(ports, key, kind)
    await cancelCopy('b', ports)
    expect(jsonAt(ports.world, roundKey(ports, '1.json'))).toMatchObject({ state: 'cancelled' })
    await deleteBatch('b', ports)
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })
})

describe.each(DAMAGE_NAMES)('copying a batch whose image list was %s before', (kind) => {
  it.each([
    ['pinned by its record', () => undefined],
    ['not pinned, as in version 1', unpinList],
  ])('ends with every image counted as failed by a reason that names the list: %s', async (_, prepare) => {
    const ports = await batchIn('selected')
    prepare(ports)
    const key = imageListKeyAt(ports.world, 'b')
    const restore = damage(ports, key, kind)
    await startCopy('b', ports)
    expect(await drain(ports)).toEqual([])
    const progress = await getCopy('b', ports)
    expect(progress).toMatchObject({ state: 'incomplete', copied: 0, failed: 5, pending: 0 })
    expect(progress.failures.map(({ imageId }) => imageId)).toEqual(['#1', '#2', '#3', '#4', '#5'])
    for (const { reason } of progress.failures) expect(reason).toContain(key)
    expect(copyEvents(ports.world).map(({ type }) => type)).toEqual(['batch.incomplete'])
    restore()
    expect((await readImages(ports)).map(({ copy }) => copy)).toEqual(Array(5).fill('failed'))
    await completeCopy(ports)
    await expectComplete(ports)
  })
})

describe('what the stored copies of a batch say', () => {
  it('tells the failed images by their ids when an earlier round knew them', async () => {
    const ports = await batchIn('selected')
    const source = 's3://open-images-dataset/pets/0000000000000002.jpg'
    ports.world.stored.delete(source)
    await completeCopy(ports)
    damage(ports, imageListKeyAt(ports.world, 'b'), 'deleted')
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({
      ...{ round: 2, copied: 4, failed: 1, missing: 0 },
      failures: [{ imageId: '0000000000000002', outcome: 'failed' }],
    })
  })

  it('tells the failed images by their numbers when the receipt of the earlier round lacks some', async () => {
    const ports = await batchIn('selected')
    ports.world.stored.delete('s3://open-images-dataset/pets/0000000000000002.jpg')
    await completeCopy(ports)
    const key = roundKey(ports, '1/0000.json')
    const { images, ...receipt } = jsonAt(ports.world, key)
    ports.world.stored.set(ROOT + key, memoryObject(JSON.stringify({ ...receipt, images: images.slice(1) })))
    damage(ports, imageListKeyAt(ports.world, 'b'), 'deleted')
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({
      ...{ round: 2, copied: 3, failed: 2 },
      failures: [{ imageId: '#1' }, { imageId: '#2' }],
    })
  })

  it('counts an outcome that only a newer version knows as failed, so that all images are counted', async () => {
    const ports = await batchIn('copying')
    const key = roundKey(ports, '1/0001.json')
    const { images, ...receipt } = jsonAt(ports.world, key)
    const newer = { ...receipt, images: [{ ...images[0], outcome: 'quarantined' }, images[1]] }
    ports.world.stored.set(ROOT + key, memoryObject(JSON.stringify(newer)))
    expect(await getCopy('b', ports)).toMatchObject({ copied: 3, failed: 1, pending: 1, total: 5 })
  })

  it('stays while workers cannot read the record of the batch', async () => {
    const ports = await batchIn('copying')
    await startCopy('b', ports)
    const keys = listBatchKeys('b', ports.world)
    const restore = damage(ports, 'data/b/batch.json', 'emptied')
    await drain(ports)
    restore()
    expect(listBatchKeys('b', ports.world)).toEqual(expect.arrayContaining(keys))
    await completeCopy(ports)
    expect(await readStatus(ports)).toBe('copied')
  })

  it('count as pending where workers could not read the record of the batch, until copying is started again', async () => {
    const ports = await batchIn('copying')
    await startCopy('b', ports)
    const restore = damage(ports, 'data/b/batch.json', 'emptied')
    await drain(ports)
    restore()
    expect(jsonAt(ports.world, roundKey(ports, '1/0002.json'))).toMatchObject({ images: [] })
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', copied: 4, failed: 0, pending: 1 })
    expect((await readImages(ports)).filter(({ copy }) => copy === undefined)).toHaveLength(1)
    expect(await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)).toMatchObject({
      lines: 4,
      omittedCount: 1,
    })
    await completeCopy(ports)
    await expectComplete(ports)
  })

  it('omits images from the manifest whose receipt is lost as unknown', async () => {
    const ports = await batchIn('copied')
    damage(ports, roundKey(ports, '1/0001.json'), 'deleted')
    expect(await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)).toMatchObject({
      lines: 3,
      omitted: [{ outcome: 'unknown' }, { outcome: 'unknown' }],
    })
  })

  it.each([
    ['one image less', ({ images, ...receipt }: { images: object[] }) => ({ ...receipt, images: images.slice(1) })],
    ['another chunk', (receipt: object) => ({ ...receipt, chunk: 0 })],
    ['another batch', (receipt: object) => ({ ...receipt, batchId: 'other' })],
  ])('refuses a receipt of %s, and copies its chunk again', async (_, change) => {
    const ports = await batchIn('copied')
    const key = roundKey(ports, '1/0001.json')
    ports.world.stored.set(ROOT + key, memoryObject(JSON.stringify(change(jsonAt(ports.world, key)))))
    expect(await readAll(ports, key)).toEqual({ copy: 'well', images: 'corrupt', manifest: 'corrupt' })
    await completeCopy(ports)
    await expectComplete(ports)
  })

  it.each([
    ['are invalid', () => ({ copied: 'five' })],
    ['do not add up', (totals: object) => ({ ...totals, copied: 4 })],
    ['are those of more images', (totals: object) => ({ ...totals, failed: 1 })],
  ])('refuses totals that %s, and goes on when copying is started again', async (_, change) => {
    const ports = await batchIn('copied')
    const key = roundKey(ports, '1.json')
    const { totals, ...end } = jsonAt(ports.world, key)
    ports.world.stored.set(ROOT + key, memoryObject(JSON.stringify({ ...end, totals: change(totals) })))
    expect(await readAll(ports, key)).toMatchObject({ copy: 'corrupt' })
    expect(await readStatus(ports)).toBe('copied')
    await completeCopy(ports)
    await expectComplete(ports)
  })

  it('publishes that a batch is incomplete when a receipt of an earlier round is lost meanwhile', async () => {
    const ports = await batchIn('copied')
    damage(ports, roundKey(ports, '1/0002.json'), 'deleted')
    await startCopy('b', ports)
    damage(ports, roundKey(ports, '1/0000.json'), 'deleted')
    await drain(ports)
    expect(copyEvents(ports.world).map(({ type }) => type)).toEqual(['batch.incomplete'])
    await completeCopy(ports)
    await expectComplete(ports)
  })

  it('keeps and counts what only a newer version knows', async () => {
    const ports = await batchIn('copied')
    const key = roundKey(ports, '1/0001.json')
    const { images, ...receipt } = jsonAt(ports.world, key)
    const quarantined = { ...images[0], outcome: 'quarantined', why: 'no picture' }
    ports.world.stored.set(
      ROOT + key,
      memoryObject(JSON.stringify({ ...receipt, images: [quarantined, images[1]], schemaVersion: 2, more: true })),
    )
    const endKey = roundKey(ports, '1.json')
    const { totals, ...end } = jsonAt(ports.world, endKey)
    const newer = { ...end, schemaVersion: 9, totals: { ...totals, copied: 4, quarantined: 1, failures: [] } }
    ports.world.stored.set(ROOT + endKey, memoryObject(JSON.stringify(newer)))
    expect(await readAll(ports, key)).toEqual({ copy: 'well', images: 'well', manifest: 'well' })
    expect(await readStatus(ports)).toBe('incomplete')
    expect((await readImages(ports))[2]).toMatchObject({ copy: 'quarantined' })
    await completeCopy(ports)
    expect(jsonAt(ports.world, key)).toMatchObject({
      schemaVersion: 2,
      more: true,
      images: [{ why: 'no picture' }, {}],
    })
    await expectComplete(ports)
  })
})
