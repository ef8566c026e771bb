import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../../shared/batches/create.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { MAX_IMAGE_BYTES } from '../../../shared/contracts/image-limits.ts'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { OMITTED_OUTCOMES } from '../../../shared/contracts/omitted-image.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { drain } from '../../support/broker/drain.ts'
import { CAT, cats, imageId, jpeg, petsWorld, row, toSourceUri } from '../../support/fixtures/pets.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const MANIFEST = 's3://work/data/b/manifests/input.manifest'
const noPicture = memoryObject('no picture')

/** Returns a batch `b` of images with cats, of which `change` has changed the sources, before or after its copy. */
async function batchOf(
  rows: readonly string[],
  change: (ports: MemoryPorts) => void = () => undefined,
  examplesPerClass = 50,
): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(rows) })
  await createBatch('b', BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass }), ports)
  change(ports)
  await startCopy('b', ports)
  await drain(ports)
  return ports
}

const write = (ports: MemoryPorts, request: object = {}, store = true) =>
  writeManifest('b', ManifestRequest.parse(request), { store }, ports)

const codesOf = ({ warnings }: { readonly warnings: readonly { readonly code: string }[] }) =>
  warnings.map(({ code }) => code)

const boxes = { boxes: 'open-images' }
const crowd = (number: number, count: number): string[] => Array<string>(count).fill(row(number, CAT))

describe('an image that a manifest leaves out', () => {
  it.each<[what: string, rows: string[], change: (ports: MemoryPorts) => void, request: object, outcome: string]>([
    ['is missing', cats(3), ({ world }) => world.stored.delete(toSourceUri(2)), {}, 'missing'],
    ['may not be read', cats(3), ({ world }) => world.denied.add(toSourceUri(2)), {}, 'denied'],
    [
      'lies where another object is',
      cats(3),
      ({ world }) => world.stored.set(`s3://work/data/b/images/${imageId(2)}.jpg`, noPicture),
      {},
      'conflict',
    ],
    ['has too many boxes', [row(1, CAT), ...crowd(2, 500), row(3, CAT)], () => undefined, boxes, 'attribute-too-long'],
  ])('is counted and listed with its reason when it %s', async (_, rows, change, request, outcome) => {
    const ports = await batchOf(rows, change)
    const dry = await write(ports, request, false)
    const report = await write(ports, request)
    expect(report).toMatchObject({ lines: 2, omittedCount: 1, omittedByOutcome: { [outcome]: 1 } })
    expect(report.omitted).toEqual([{ imageId: imageId(2), outcome, reason: expect.stringMatching(/.{10}/) }])
    expect(OMITTED_OUTCOMES).toContain(outcome)
    expect(codesOf(report)).toEqual(['images-omitted'])
    expect(dry).toEqual(report)
  })

  it('has the figures in the reason when its boxes take too many characters', async () => {
    const ports = await batchOf([...crowd(1, 500), row(2, CAT)])
    const [image] = (await write(ports, boxes)).omitted
    const text = JSON.stringify({ annotations: [], image_size: [{ width: 400, height: 200, depth: 3 }] })
    const box = JSON.stringify({ class_id: 0, left: 100, top: 50, width: 200, height: 100 })
    const characters = text.length + 500 * (box.length + 1) - 1
    for (const figure of ['500', characters.toLocaleString('en-US'), '20,000']) expect(image?.reason).toContain(figure)
  })

  it('adds up with the lines to the images of the batch', async () => {
    const ports = await batchOf([...cats(30), ...crowd(31, 400)], ({ world }) => {
      for (const number of [1, 2, 3]) world.stored.delete(toSourceUri(number))
      world.denied.add(toSourceUri(5))
    })
    const { lines, omittedCount, omittedByOutcome } = await write(ports, boxes)
    expect(lines + omittedCount).toBe(31)
    expect(omittedByOutcome).toEqual({ missing: 3, denied: 1, 'attribute-too-long': 1 })
  })

  it('is not warned about when there is none', async () => {
    const ports = await batchOf([...crowd(1, 300), row(2, CAT)])
    for (const request of [{}, boxes])
      expect(await write(ports, request)).toMatchObject({ lines: 2, omittedCount: 0, omitted: [], warnings: [] })
  })
})

describe('a manifest without a line', () => {
  const cancelAtOnce = async (): Promise<MemoryPorts> => {
    const ports = memoryPorts({ world: await petsWorld(cats(3)) })
    await createBatch('b', BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3 }), ports)
    await startCopy('b', ports)
    await cancelCopy('b', ports)
    return ports
  }

  it.each<[what: string, make: () => Promise<MemoryPorts>, request: object, outcome: string]>([
    ['the copy was cancelled before it began', cancelAtOnce, {}, 'pending'],
    ['no image could be copied', () => batchOf(cats(3), ({ world }) => deleteSources(world.stored, 3)), {}, 'missing'],
    ['no image has boxes that fit', () => batchOf(crowd(1, 500)), boxes, 'attribute-too-long'],
  ])('is refused with the reasons when %s', async (_, make, request, outcome) => {
    const ports = await make()
    const refusal = expect.objectContaining({ code: 'wrong-state', message: expect.stringContaining(outcome) })
    for (const store of [false, true]) await expect(write(ports, request, store)).rejects.toEqual(refusal)
    expect(ports.world.stored.has(MANIFEST)).toBe(false)
  })

  it('leaves an earlier manifest as it was when it is refused', async () => {
    const ports = await batchOf(crowd(1, 500))
    await write(ports)
    const before = ports.world.stored.get(MANIFEST)
    await expect(write(ports, boxes)).rejects.toMatchObject({ code: 'wrong-state' })
    expect(ports.world.stored.get(MANIFEST)).toEqual(before)
  })

  it('is written with a warning when the batch itself has no image', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(2)) })
    const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 2, batchOffset: 9 }
    await createBatch('b', BatchRequest.parse(request), ports)
    await startCopy('b', ports)
    await drain(ports)
    const report = await write(ports)
    expect([report.lines, report.omittedCount, codesOf(report)]).toEqual([0, 0, ['empty-manifest']])
  })
})

const deleteSources = (stored: MemoryPorts['world']['stored'], count: number): void => {
  for (let number = 1; number <= count; number++) stored.delete(toSourceUri(number))
}

describe('an image that is larger than the labeling service accepts', () => {
  const padded = (bytes: number) =>
    memoryObject(Buffer.concat([jpeg(40, 20), Buffer.alloc(bytes - jpeg(40, 20).length)]))

  it.each([
    ['40,000,001 bytes', () => padded(MAX_IMAGE_BYTES + 1), true],
    ['40,000,000 bytes', () => padded(MAX_IMAGE_BYTES), false],
    ['20,000 x 20,000 pixels', () => memoryObject(jpeg(20_000, 20_000)), true],
    ['10,000 x 10,001 pixels', () => memoryObject(jpeg(10_000, 10_001)), true],
    ['10,000 x 10,000 pixels', () => memoryObject(jpeg(10_000, 10_000)), false],
  ])('stays in the manifest, which names it in a warning only if it is too large: %s', async (_, make, isTooLarge) => {
    const ports = await batchOf(cats(2), ({ world }) => world.stored.set(toSourceUri(1), make()))
    const report = await write(ports)
    expect([report.lines, report.omittedCount]).toEqual([2, 0])
    expect(codesOf(report)).toEqual(isTooLarge ? ['images-too-large'] : [])
    if (isTooLarge) expect(report.warnings[0]?.message).toContain(imageId(1))
  })
})
