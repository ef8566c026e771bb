import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../../shared/batches/create.ts'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { readManifest } from '../../../shared/manifests/input/read-manifest.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { drain } from '../../support/broker/drain.ts'
import { MESSAGE_SCHEMAS, workersOn } from '../../support/broker/workers.ts'
import {
  CAT,
  cats,
  DOG,
  imageId,
  importPets,
  jpeg,
  listBatchKeys,
  petsWorld,
  row,
  toCopyUri,
  toSourceUri,
} from '../../support/fixtures/pets.ts'
import { isImageList, jsonAt, ROOT } from '../../support/world/bucket-contents.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import { slowDown } from '../../support/world/slow-calls.ts'

const MANIFEST = 's3://work/data/b/manifests/input.manifest'
const MANIFEST_KEY = 'manifests/input.manifest'

/** Returns ports over a world with a batch `b` whose images, those of these rows of the box file, are not copied. */
async function selectedBatch(rows: readonly string[], changes: Record<string, unknown> = {}): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(rows) })
  await createCats(rows.length, changes, ports)
  return ports
}

/** Creates a batch `b` of images with cats. */
async function createCats(images: number, changes: Record<string, unknown>, ports: MemoryPorts): Promise<void> {
  const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: images, ...changes }
  await createBatch('b', BatchRequest.parse(request), ports)
}

/** Lets the workers do one chunk of a copy that was started. */
async function copyOneChunk(ports: MemoryPorts): Promise<void> {
  for (const queue of ['tasks', 'chunks'] as const)
    await workersOn(ports).run(MESSAGE_SCHEMAS[queue].parse(ports.world.sent[queue].shift()))
}

/** Copies the batch `b`. */
async function completeCopy(ports: MemoryPorts): Promise<void> {
  await startCopy('b', ports)
  await drain(ports)
}

const write = (ports: MemoryPorts, request: Record<string, unknown> = {}, store = true) =>
  writeManifest('b', ManifestRequest.parse(request), { store }, ports)

const readText = ({ world }: MemoryPorts): string => Buffer.from(world.stored.get(MANIFEST)?.bytes ?? []).toString()

const readLines = (ports: MemoryPorts) =>
  readText(ports)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

describe('PUT /v1/batches/{batch}/manifest', () => {
  it('writes one line for each image, in batch order, without a BOM and blank lines', async () => {
    const ports = await selectedBatch(cats(60))
    await completeCopy(ports)
    const report = await write(ports)
    expect(report).toEqual({
      manifestUri: MANIFEST,
      lines: 60,
      omittedCount: 0,
      omittedByOutcome: {},
      omitted: [],
      warnings: [],
    })
    const lines = Array.from({ length: 60 }, (_, index) => `{"source-ref":"${toCopyUri('b', index + 1)}"}\n`)
    expect(readText(ports)).toBe(lines.join(''))
    expect(await readManifest('b', ports)).toEqual({ text: lines.join('') })
  })

  it('writes the known boxes of all classes of the batch, in request order, when the request asks for them', async () => {
    const rows = [row(1, CAT), row(1, DOG), row(2, DOG)]
    const ports = await selectedBatch(rows, { classNames: ['Dog', 'Cat'] })
    await completeCopy(ports)
    await write(ports, { boxes: 'open-images', labelAttributeName: 'known' })
    const [first, second] = readLines(ports)
    const annotations = [1, 0].map((class_id) => ({ class_id, left: 100, top: 50, width: 200, height: 100 }))
    expect(first.known).toEqual({ annotations, image_size: [{ width: 400, height: 200, depth: 3 }] })
    expect(first['known-metadata']).toMatchObject({
      objects: [{ confidence: 1 }, { confidence: 1 }],
      'class-map': { 0: 'Dog', 1: 'Cat' },
      type: 'groundtruth/object-detection',
    })
    expect(second['known-metadata']['class-map']).toEqual({ 0: 'Dog' })
  })

  it('gives two classes of one name different ids and names', async () => {
    const world = await petsWorld([row(1, CAT), row(2, DOG)])
    world.stored.set('s3://other/classes.csv', memoryObject(`${CAT},Crane\n${DOG},Crane\n`))
    await importPets(world)
    const ports = memoryPorts({ world })
    await createCats(1, { classNames: [CAT, DOG] }, ports)
    await completeCopy(ports)
    await write(ports, { boxes: 'open-images' })
    const maps = readLines(ports).map((line) => line['open-images-boxes-metadata']['class-map'])
    const ids = readLines(ports).map((line) => line['open-images-boxes'].annotations[0].class_id)
    expect(ids).toEqual([0, 1])
    expect([Object.keys(maps[0]), Object.keys(maps[1])]).toEqual([['0'], ['1']])
    expect(maps[0][0]).not.toBe(maps[1][1])
  })

  it('writes the copied images of an incomplete batch and reports the others', async () => {
    const ports = await selectedBatch(cats(5))
    ports.world.stored.delete(toSourceUri(2))
    ports.world.denied.add(toSourceUri(4))
    await completeCopy(ports)
    const report = await write(ports)
    expect(report.lines).toBe(3)
    expect(report).toMatchObject({
      omittedCount: 2,
      omitted: [
        { imageId: imageId(2), outcome: 'missing', reason: expect.stringContaining(toSourceUri(2)) },
        { imageId: imageId(4), outcome: 'denied', reason: expect.stringContaining(toSourceUri(4)) },
      ],
    })
    expect(readLines(ports).map((line) => line['source-ref'])).toEqual(
      [1, 3, 5].map((number) => toCopyUri('b', number)),
    )
  })

  it('rewrites the manifest from the current copies', async () => {
    const ports = await selectedBatch(cats(2))
    const source = ports.world.stored.get(toSourceUri(2))
    ports.world.stored.delete(toSourceUri(2))
    await completeCopy(ports)
    expect((await write(ports)).lines).toBe(1)
    if (source) ports.world.stored.set(toSourceUri(2), source)
    await completeCopy(ports)
    expect(await write(ports)).toMatchObject({ lines: 2, omitted: [] })
    expect(readLines(ports)).toHaveLength(2)
  })

  it('is refused while the images are being copied', async () => {
    const ports = await selectedBatch(cats(2))
    await startCopy('b', ports)
    await expect(write(ports)).rejects.toEqual(expect.objectContaining({ code: 'wrong-state' }))
    expect(listBatchKeys('b', ports.world)).not.toContain(MANIFEST_KEY)
  })

  it('leaves no request running when it is refused', async () => {
    const ports = await selectedBatch(cats(2))
    await startCopy('b', ports)
    const countRunning = slowDown(ports.world, ({ key }) => isImageList(key))
    await expect(write(ports)).rejects.toMatchObject({ code: 'wrong-state' })
    expect(countRunning()).toBe(0)
  })

  it('reports the images as pending that a cancelled copy did not try', async () => {
    const ports = await selectedBatch(cats(30))
    await startCopy('b', ports)
    await copyOneChunk(ports)
    await cancelCopy('b', ports)
    const report = await write(ports)
    expect(report).toMatchObject({ lines: 25, omittedCount: 5, omittedByOutcome: { pending: 5 } })
    expect(report.omitted[0]).toMatchObject({ imageId: imageId(26), outcome: 'pending' })
  })

  it.each([
    ['deleted', false],
    ['deleted and recreated', true],
  ])('leaves no manifest behind when the batch is %s meanwhile', async (_, isRecreated) => {
    const ports = await selectedBatch(cats(2))
    await completeCopy(ports)
    const put: MemoryPorts['objects']['put'] = async (key, body, condition) => {
      if (key.endsWith(MANIFEST_KEY)) {
        await deleteBatch('b', ports)
        if (isRecreated) await createCats(2, {}, ports)
      }
      return ports.objects.put(key, body, condition)
    }
    const writing = writeManifest(
      'b',
      ManifestRequest.parse({}),
      { store: true },
      { ...ports, objects: { ...ports.objects, put } },
    )
    await expect(writing).rejects.toEqual(expect.objectContaining({ code: 'not-found' }))
    expect(listBatchKeys('b', ports.world)).toHaveLength(isRecreated ? 2 : 0)
    expect(ports.world.stored.has(MANIFEST)).toBe(false)
  })

  it('counts the lines in a dry run, and writes nothing', async () => {
    const ports = await selectedBatch(cats(3))
    await completeCopy(ports)
    const stored = new Map(ports.world.stored)
    expect(await write(ports, {}, false)).toMatchObject({ lines: 3 })
    expect(ports.world.stored).toEqual(stored)
    await expect(readManifest('b', ports)).rejects.toEqual(expect.objectContaining({ code: 'not-found' }))
  })

  it('omits an image whose size an older version did not find, but only when boxes are requested', async () => {
    const ports = await selectedBatch(cats(2))
    await completeCopy(ports)
    const [key = ''] = listBatchKeys('b', ports.world).filter((name) => name.endsWith('/1/0000.json'))
    const { images, ...receipt } = jsonAt(ports.world, `data/b/${key}`)
    const older = { imageId: imageId(1), outcome: 'copied', bytes: 10, reason: 'its header has no size in pixels' }
    const stored = memoryObject(JSON.stringify({ ...receipt, images: [older, images[1]] }))
    ports.world.stored.set(`${ROOT}data/b/${key}`, stored)
    const report = await write(ports, { boxes: 'open-images' })
    expect(report.omitted).toMatchObject([{ imageId: imageId(1), outcome: 'no-pixel-size' }])
    expect((await write(ports)).lines).toBe(2)
  })

  it('omits an image with more boxes than the labeling service accepts, with the reason', async () => {
    const ports = await selectedBatch([...Array<string>(400).fill(row(1, CAT)), row(2, CAT)])
    await completeCopy(ports)
    const report = await write(ports, { boxes: 'open-images' })
    expect(report).toMatchObject({ lines: 1, omitted: [{ imageId: imageId(1), outcome: 'attribute-too-long' }] })
  })

  it('writes the provenance of each image when the request asks for it', async () => {
    const ports = await selectedBatch(cats(2))
    await completeCopy(ports)
    await write(ports, { provenance: true })
    expect(readLines(ports)[1].provenance).toEqual({
      'image-id': imageId(2),
      dataset: 'pets',
      license: 'https://license/by',
      author: 'Ann, 2',
      rotation: 90,
    })
  })

  it('is refused before copying was started, naming the call that starts it', async () => {
    const ports = await selectedBatch(cats(1))
    await expect(write(ports)).rejects.toEqual(
      expect.objectContaining({ code: 'not-found', message: expect.stringContaining('POST /v1/batches/b/copy') }),
    )
    expect(listBatchKeys('b', ports.world)).not.toContain(MANIFEST_KEY)
  })

  it('converts boxes to pixels with the size from a header beyond the first range', async () => {
    const ports = await selectedBatch(cats(1))
    ports.world.stored.set(toSourceUri(1), memoryObject(jpeg(1001, 999, 100_000)))
    await completeCopy(ports)
    await write(ports, { boxes: 'open-images' })
    const [{ 'open-images-boxes': boxes }] = readLines(ports)
    expect(boxes.annotations).toEqual([{ class_id: 0, left: 250, top: 250, width: 501, height: 499 }])
  })
})

describe('GET /v1/batches/{batch}/manifest', () => {
  it('returns a presigned link to a manifest of more than 4 MB', async () => {
    const ports = await selectedBatch(cats(1))
    ports.world.stored.set(MANIFEST, memoryObject('x'.repeat(4_000_001)))
    expect(await readManifest('b', ports)).toEqual({ link: expect.stringMatching(/^https:.*input\.manifest.*900/) })
    ports.world.stored.set(MANIFEST, memoryObject(`${'x'.repeat(3_999_999)}\n`))
    expect(await readManifest('b', ports)).toHaveProperty('text')
  })
})

describe('labelAttributeName', () => {
  const isValid = (labelAttributeName: string) => ManifestRequest.safeParse({ labelAttributeName }).success

  it.each(['a', 'labels', 'A-1', 'a--b', 'x'.repeat(127), 'metadata', 'ref'])('accepts %j', (name) =>
    expect(isValid(name)).toBe(true),
  )

  it.each([
    ...['', '-a', 'a-', 'a_b', '$a', 'ä', 'x'.repeat(128)],
    ...['a-metadata', 'a-ref', 'source-ref', 'source', 'provenance'],
  ])('refuses %j', (name) => expect(isValid(name)).toBe(false))
})
