import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../../shared/batches/create.ts'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { readManifest } from '../../../shared/manifests/input/read-manifest.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { CAT, cats, copyOf, DOG, imageId, jpeg, keysOf, petsWorld, row, sourceOf } from '../../support/fixtures/pets.ts'
import { drain } from '../../support/world/drain.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import { memoryObject } from '../../support/world/world.ts'

const MANIFEST = 's3://work/data/b/manifests/input.manifest'
const MANIFEST_KEY = 'manifests/input.manifest'

async function chosen(rows: readonly string[], changes: Record<string, unknown> = {}): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(rows) })
  const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: rows.length, ...changes }
  await createBatch('b', BatchRequest.parse(request), ports)
  return ports
}

async function copied(ports: MemoryPorts): Promise<void> {
  await startCopy('b', ports)
  await drain(ports)
}

const write = (ports: MemoryPorts, request: Record<string, unknown> = {}, store = true) =>
  writeManifest('b', ManifestRequest.parse(request), { store }, ports)

const textOf = ({ world }: MemoryPorts): string => Buffer.from(world.stored.get(MANIFEST)?.bytes ?? []).toString()

const linesOf = (ports: MemoryPorts) =>
  textOf(ports)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

describe('the input manifest', () => {
  it('is one line for each image, in batch order, with no BOM and no blank line', async () => {
    const ports = await chosen(cats(60))
    await copied(ports)
    const report = await write(ports)
    expect(report).toEqual({ manifestUri: MANIFEST, lines: 60, omittedCount: 0, omitted: [] })
    const lines = Array.from({ length: 60 }, (_, index) => `{"source-ref":"${copyOf('b', index + 1)}"}\n`)
    expect(textOf(ports)).toBe(lines.join(''))
    expect(await readManifest('b', ports)).toEqual({ text: lines.join('') })
  })

  it('holds the known boxes when asked for, of all classes of the batch, in request order', async () => {
    const rows = [row(1, CAT), row(1, DOG), row(2, DOG)]
    const ports = await chosen(rows, { classNames: ['Dog', 'Cat'] })
    await copied(ports)
    await write(ports, { boxes: 'open-images', labelAttributeName: 'known' })
    const [first, second] = linesOf(ports)
    const annotations = [1, 0].map((class_id) => ({ class_id, left: 100, top: 50, width: 200, height: 100 }))
    expect(first.known).toEqual({ annotations, image_size: [{ width: 400, height: 200, depth: 3 }] })
    expect(first['known-metadata']).toMatchObject({
      objects: [{ confidence: 1 }, { confidence: 1 }],
      'class-map': { 0: 'Dog', 1: 'Cat' },
      type: 'groundtruth/object-detection',
    })
    expect(second['known-metadata']['class-map']).toEqual({ 0: 'Dog' })
  })

  it('of an incomplete batch holds the images that are there, and tells which are not', async () => {
    const ports = await chosen(cats(5))
    ports.world.stored.delete(sourceOf(2))
    ports.world.denied.add(sourceOf(4))
    await copied(ports)
    const report = await write(ports)
    expect(report.lines).toBe(3)
    expect(report.omitted).toEqual([
      { imageId: imageId(2), outcome: 'missing' },
      { imageId: imageId(4), outcome: 'denied' },
    ])
    expect(linesOf(ports).map((line) => line['source-ref'])).toEqual([1, 3, 5].map((number) => copyOf('b', number)))
  })

  it('is written anew from the copies that are there by then', async () => {
    const ports = await chosen(cats(2))
    const held = ports.world.stored.get(sourceOf(2))
    ports.world.stored.delete(sourceOf(2))
    await copied(ports)
    expect((await write(ports)).lines).toBe(1)
    if (held) ports.world.stored.set(sourceOf(2), held)
    await copied(ports)
    expect(await write(ports)).toMatchObject({ lines: 2, omitted: [] })
    expect(linesOf(ports)).toHaveLength(2)
  })

  it('while copies are under way has those that are in; the others are pending', async () => {
    const ports = await chosen(cats(2))
    await startCopy('b', ports)
    expect(await write(ports)).toMatchObject({ lines: 0, omittedCount: 2, omitted: [{ outcome: 'pending' }, {}] })
    expect(textOf(ports)).toBe('')
  })

  it('of a batch that is deleted meanwhile is not left behind', async () => {
    const ports = await chosen(cats(2))
    await copied(ports)
    const put: MemoryPorts['objects']['put'] = async (key, body, condition) => {
      if (key.endsWith(MANIFEST_KEY)) await deleteBatch('b', ports)
      return ports.objects.put(key, body, condition)
    }
    const late = writeManifest(
      'b',
      ManifestRequest.parse({}),
      { store: true },
      { ...ports, objects: { ...ports.objects, put } },
    )
    await expect(late).rejects.toEqual(expect.objectContaining({ code: 'not-found' }))
    expect(keysOf('b', ports.world)).toEqual([])
  })

  it('with validateOnly is counted, and nothing is written', async () => {
    const ports = await chosen(cats(3))
    await copied(ports)
    const stored = new Map(ports.world.stored)
    expect(await write(ports, {}, false)).toMatchObject({ lines: 3 })
    expect(ports.world.stored).toEqual(stored)
    await expect(readManifest('b', ports)).rejects.toEqual(expect.objectContaining({ code: 'not-found' }))
  })

  it('leaves out an image whose boxes cannot be told in pixels, and says why; without boxes it is in', async () => {
    const ports = await chosen(cats(2))
    ports.world.stored.set(sourceOf(1), memoryObject('no picture'))
    await copied(ports)
    const report = await write(ports, { boxes: 'open-images' })
    expect(report.omitted).toEqual([{ imageId: imageId(1), outcome: 'no-pixel-size' }])
    expect((await write(ports)).lines).toBe(2)
  })

  it('leaves out an image with more boxes than the service takes, and says so', async () => {
    const ports = await chosen([...Array<string>(400).fill(row(1, CAT)), row(2, CAT)])
    await copied(ports)
    const report = await write(ports, { boxes: 'open-images' })
    expect(report).toMatchObject({ lines: 1, omitted: [{ imageId: imageId(1), outcome: 'attribute-too-long' }] })
  })

  it('carries provenance when asked for', async () => {
    const ports = await chosen(cats(2))
    await copied(ports)
    await write(ports, { provenance: true })
    expect(linesOf(ports)[1].provenance).toEqual({
      'image-id': imageId(2),
      dataset: 'pets',
      license: 'https://licence/by',
      author: 'Ann, 2',
      rotation: 90,
    })
  })

  it('is refused before copying was started, naming the call that starts it', async () => {
    const ports = await chosen(cats(1))
    await expect(write(ports)).rejects.toEqual(
      expect.objectContaining({ code: 'not-found', message: expect.stringContaining('POST /v1/batches/b/copy') }),
    )
    expect(keysOf('b', ports.world)).not.toContain(MANIFEST_KEY)
  })

  it('of an image in more pixels than one range is measured by its own header', async () => {
    const ports = await chosen(cats(1))
    ports.world.stored.set(sourceOf(1), memoryObject(jpeg(1001, 999, 100_000)))
    await copied(ports)
    await write(ports, { boxes: 'open-images' })
    const [{ 'open-images-boxes': boxes }] = linesOf(ports)
    expect(boxes.annotations).toEqual([{ class_id: 0, left: 250, top: 250, width: 501, height: 499 }])
  })
})

describe('reading a manifest', () => {
  it('of more than 4 MB gives a link', async () => {
    const ports = await chosen(cats(1))
    ports.world.stored.set(MANIFEST, memoryObject('x'.repeat(4_000_001)))
    expect(await readManifest('b', ports)).toEqual({ link: expect.stringMatching(/^https:.*input\.manifest.*900/) })
    ports.world.stored.set(MANIFEST, memoryObject('x'.repeat(4_000_000)))
    expect(await readManifest('b', ports)).toHaveProperty('text')
  })
})

describe('the label attribute', () => {
  const isTaken = (labelAttributeName: string) => ManifestRequest.safeParse({ labelAttributeName }).success

  it.each(['a', 'labels', 'A-1', 'a--b', 'x'.repeat(127), 'metadata', 'ref'])('may be %s', (name) =>
    expect(isTaken(name)).toBe(true),
  )

  it.each([
    ...['', '-a', 'a-', 'a_b', '$a', 'ä', 'x'.repeat(128)],
    ...['a-metadata', 'a-ref', 'source-ref', 'source', 'provenance'],
  ])('may not be %j', (name) => expect(isTaken(name)).toBe(false))
})
