import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { MAX_LISTED_BOXES } from '../../shared/batches/record/image-list.ts'
import { splitIntoPages } from '../../shared/selection/engine/image-rows.ts'
import { drain } from '../support/broker/drain.ts'
import { CAT, DOG, imageId, petsWorld, row } from '../support/fixtures/pets.ts'
import { callApi } from '../support/http/call-api.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'

/** Images 1 to 4 with so many cats; the first one has a dog behind them. */
const CATS = [12_000, MAX_LISTED_BOXES + 1, MAX_LISTED_BOXES, 1]
const ROWS = CATS.flatMap((count, index) => [
  ...Array.from({ length: count }, () => row(index + 1, CAT)),
  ...(index === 0 ? [row(1, DOG)] : []),
])
const params = { batch: 'crowded' }

let ports: MemoryPorts
beforeAll(async () => {
  ports = memoryPorts({ world: await petsWorld(ROWS) })
})

/** Creates the batch with this strategy, and copies it. */
async function select(strategy: string) {
  const body = { dataset: 'pets', classNames: ['Dog', 'Cat'], examplesPerClass: 10, strategy, run: 'copy' }
  await callApi('createBatch', ports, { params, body })
  await drain(ports)
  const batch = await callApi('getBatch', ports, { params })
  const images = await callApi('listBatchImages', ports, { params })
  return { batch: batch.json, images: images.json.items }
}

describe.each(['index', 'scan'])('a batch with images of very many boxes, selected by %s', (strategy) => {
  let selected: Awaited<ReturnType<typeof select>>
  beforeAll(async () => {
    selected = await select(strategy)
  })
  afterAll(async () => {
    await callApi('deleteBatch', ports, { params })
    await drain(ports)
  })

  it('is copied, and counts all of their boxes', () => {
    expect(selected.batch).toMatchObject({
      state: 'copied',
      cost: { strategy },
      imageCount: CATS.length,
      boxCount: CATS.reduce((sum, count) => sum + count, 1),
    })
  })

  it('lists the first boxes of each image, and how many there are', () => {
    const listed = selected.images.map(({ imageId, boxes, boxCount }: Record<string, unknown[]>) => [
      imageId,
      boxes?.length,
      boxCount,
    ])
    expect(listed).toEqual([
      [imageId(1), MAX_LISTED_BOXES, 12_001],
      [imageId(2), MAX_LISTED_BOXES, MAX_LISTED_BOXES + 1],
      [imageId(3), MAX_LISTED_BOXES, undefined],
      [imageId(4), 1, undefined],
    ])
  })

  it('leaves these images out of a manifest with boxes, with a reason, and of no other', async () => {
    const write = (body: object) => callApi('writeManifest', ports, { params, body })
    const { json } = await write({ boxes: 'open-images' })
    expect([json.lines, json.omittedByOutcome]).toEqual([1, { 'attribute-too-long': 3 }])
    expect(json.omitted[0]).toMatchObject({ imageId: imageId(1), reason: expect.stringContaining('12,001') })
    expect((await write({ boxes: 'none' })).json).toMatchObject({ lines: 4, omittedCount: 0 })
  })
})

describe('images whose rows are read together', () => {
  it('have few bytes of rows together, unless it is one image', () => {
    const image = (bytes: number) => ({ imageId: imageId(bytes), ranges: [{ start: 0, end: bytes }] })
    const pages = (sizes: readonly number[]) =>
      [...splitIntoPages(sizes.map(image))].map((page) => page.map(({ ranges: [rows] }) => rows?.end))
    const MIB = 1 << 20
    expect(pages([16 * MIB, 16 * MIB, 1, 40 * MIB, 1])).toEqual([[16 * MIB, 16 * MIB], [1], [40 * MIB], [1]])
    expect(pages(Array.from({ length: 1001 }, () => 100)).map(({ length }) => length)).toEqual([500, 500, 1])
  })
})
