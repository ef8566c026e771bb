import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { toCursor } from '../../shared/contracts/page.ts'
import { type BatchImage, listImages } from '../../shared/copying/list-images.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { CAT, cats, copyOf, imageId, petsWorld, row, sourceOf } from '../support/fixtures/pets.ts'
import { drain } from '../support/world/drain.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'

async function chosen(rows: readonly string[]): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(rows) })
  const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 500 }
  await createBatch('b', BatchRequest.parse(request), ports)
  return ports
}

async function allPages(limit: number, ports: MemoryPorts): Promise<BatchImage[][]> {
  const pages: BatchImage[][] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listImages('b', { limit, ...(cursor !== undefined && { cursor }) }, ports)
    pages.push([...page.items])
    cursor = page.nextCursor
    if (cursor === undefined) return pages
  }
}

describe('listing the images of a batch', () => {
  it('gives each with its boxes, source and destination', async () => {
    const ports = await chosen([row(1, CAT, '1,0,-1,0,1')])
    expect((await listImages('b', { limit: 100 }, ports)).items).toEqual([
      {
        imageId: imageId(1),
        classNames: ['Cat'],
        source: sourceOf(1),
        destination: copyOf('b', 1),
        boxes: [
          {
            ...{ className: 'Cat', classId: CAT, xMin: 0.25, xMax: 0.75, yMin: 0.25, yMax: 0.75 },
            ...{ isOccluded: 1, isTruncated: 0, isGroupOf: -1, isDepiction: 0, isInside: 1 },
          },
        ],
      },
    ])
  })

  it.each([1, 7, 25, 30, 100, 1000])(
    'goes through all of them, %i to a page, each once and in order',
    async (limit) => {
      const ports = await chosen(cats(60))
      const pages = await allPages(limit, ports)
      const ids = pages.flat().map((image) => image.imageId)
      expect(ids).toEqual(Array.from({ length: 60 }, (_, index) => imageId(index + 1)))
      expect(pages).toHaveLength(Math.ceil(60 / limit))
    },
  )

  it('shows how each copy ended, on whatever page', async () => {
    const ports = await chosen(cats(60))
    ports.world.stored.delete(sourceOf(33))
    await startCopy('b', ports)
    await drain(ports)
    const images = (await allPages(7, ports)).flat()
    expect(images.filter(({ copy }) => copy === 'copied')).toHaveLength(59)
    expect(images[32]).toMatchObject({ copy: 'missing', reason: expect.stringContaining(sourceOf(33)) })
  })

  it('reads the receipts of the page only', async () => {
    const ports = await chosen(cats(100))
    await startCopy('b', ports)
    await drain(ports)
    ports.world.calls.splice(0)
    await listImages('b', { limit: 10, cursor: toCursor('30') }, ports)
    const receipts = ports.world.calls.filter(({ method, key }) => method === 'get' && key.includes('/copies/'))
    expect(receipts).toHaveLength(1)
  })

  it('gives pages that stay below 4 MB', async () => {
    const ports = await chosen(Array.from({ length: 24_000 }, (_, at) => row(Math.floor(at / 400) + 1, CAT)))
    const pages = await allPages(1000, ports)
    expect(pages.flat()).toHaveLength(60)
    for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(4_000_000)
    expect(pages.length).toBeGreaterThan(1)
  })

  it.each(['x', '-1', '1.5', '60', '0060', '1e1', '99999999', '5:0', '../..', '\u0000', ''])(
    'refuses a cursor that no page gave: %j',
    async (position) => {
      const ports = await chosen(cats(60))
      await expect(listImages('b', { limit: 5, cursor: toCursor(position) }, ports)).rejects.toEqual(
        expect.objectContaining({
          code: 'invalid-request',
          issues: [expect.objectContaining({ at: 'query.cursor' })],
        }),
      )
    },
  )

  it.each(['%', 'MTA=', 'MTA!', 'ä'])('refuses a cursor that is not even one: %j', async (cursor) => {
    const ports = await chosen(cats(60))
    await expect(listImages('b', { limit: 5, cursor }, ports)).rejects.toEqual(
      expect.objectContaining({ code: 'invalid-request' }),
    )
  })
})
