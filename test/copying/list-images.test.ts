import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { toCursor } from '../../shared/contracts/page.ts'
import { type BatchImage, listImages } from '../../shared/copying/list-images.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { drain } from '../support/broker/drain.ts'
import { CAT, cats, imageId, petsWorld, row, toCopyUri, toSourceUri } from '../support/fixtures/pets.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'

/** Returns ports over a world with a batch `b` of all images with a cat in these rows of the box file. */
async function selectedBatch(rows: readonly string[]): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(rows) })
  const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 500 }
  await createBatch('b', BatchRequest.parse(request), ports)
  return ports
}

async function readAllPages(limit: number, ports: MemoryPorts): Promise<BatchImage[][]> {
  const pages: BatchImage[][] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listImages('b', { limit, ...(cursor !== undefined && { cursor }) }, ports)
    pages.push([...page.items])
    cursor = page.nextCursor
    if (cursor === undefined) return pages
  }
}

describe('GET /v1/batches/{batch}/images', () => {
  it('returns each image with its boxes, source and destination', async () => {
    const ports = await selectedBatch([row(1, CAT, '1,0,-1,0,1')])
    expect((await listImages('b', { limit: 100 }, ports)).items).toEqual([
      {
        imageId: imageId(1),
        classNames: ['Cat'],
        source: toSourceUri(1),
        destination: toCopyUri('b', 1),
        boxes: [
          {
            ...{ className: 'Cat', classId: CAT, xMin: 0.25, xMax: 0.75, yMin: 0.25, yMax: 0.75 },
            ...{ isOccluded: 1, isTruncated: 0, isGroupOf: -1, isDepiction: 0, isInside: 1 },
          },
        ],
      },
    ])
  })

  it.each([1, 7, 25, 30, 100, 1000])('returns every image once, in order, with a limit of %i', async (limit) => {
    const ports = await selectedBatch(cats(60))
    const pages = await readAllPages(limit, ports)
    const ids = pages.flat().map((image) => image.imageId)
    expect(ids).toEqual(Array.from({ length: 60 }, (_, index) => imageId(index + 1)))
    expect(pages).toHaveLength(Math.ceil(60 / limit))
  })

  it('shows the outcome of each copy on every page', async () => {
    const ports = await selectedBatch(cats(60))
    ports.world.stored.delete(toSourceUri(33))
    await startCopy('b', ports)
    await drain(ports)
    const images = (await readAllPages(7, ports)).flat()
    expect(images.filter(({ copy }) => copy === 'copied')).toHaveLength(59)
    expect(images[32]).toMatchObject({ copy: 'missing', reason: expect.stringContaining(toSourceUri(33)) })
  })

  it('reads only the receipts of the chunks that the page is in', async () => {
    const ports = await selectedBatch(cats(100))
    await startCopy('b', ports)
    await drain(ports)
    ports.world.calls.splice(0)
    await listImages('b', { limit: 10, cursor: toCursor('30') }, ports)
    const receipts = ports.world.calls.filter(({ method, key }) => method === 'get' && key.includes('/copies/'))
    expect(receipts).toHaveLength(1)
  })

  it('ends a page early so that it stays below 4 MB', async () => {
    const ports = await selectedBatch(Array.from({ length: 24_000 }, (_, at) => row(Math.floor(at / 400) + 1, CAT)))
    const pages = await readAllPages(1000, ports)
    expect(pages.flat()).toHaveLength(60)
    for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(4_000_000)
    expect(pages.length).toBeGreaterThan(1)
  })

  it.each(['x', '-1', '1.5', '60', '0060', '1e1', '99999999', '5:0', '../..', '\u0000', ''])(
    'refuses the well-formed cursor of %j, which no page returned',
    async (position) => {
      const ports = await selectedBatch(cats(60))
      await expect(listImages('b', { limit: 5, cursor: toCursor(position) }, ports)).rejects.toEqual(
        expect.objectContaining({
          code: 'invalid-request',
          issues: [expect.objectContaining({ at: 'query.cursor' })],
        }),
      )
    },
  )

  it.each(['%', 'MTA=', 'MTA!', 'ä'])('refuses the malformed cursor %j', async (cursor) => {
    const ports = await selectedBatch(cats(60))
    await expect(listImages('b', { limit: 5, cursor }, ports)).rejects.toEqual(
      expect.objectContaining({ code: 'invalid-request' }),
    )
  })
})
