import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { listBatches } from '../../shared/batches/list.ts'
import { BatchItem, BatchRequest } from '../../shared/contracts/batch.ts'
import { cats, imageId, petsPorts } from '../support/fixtures/pets.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { memoryObject } from '../support/world/world.ts'

const longSkipList = Array.from({ length: 10_000 }, (_, number) => imageId(number + 100))

const keyOf = (batch: string): string => `s3://work/data/${batch}/batch.json`

/** So many batches, each stored with such images to skip and such warnings. */
async function listed(count: number, { skipImages = [] as string[], warnings = [] as object[] } = {}) {
  const ports = await petsPorts(cats(2))
  const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 2, skipImages }
  await createBatch('b', BatchRequest.parse(request), ports)
  const state = JSON.parse(Buffer.from(ports.world.stored.get(keyOf('b'))?.bytes ?? []).toString())
  ports.world.stored.delete(keyOf('b'))
  const stored = memoryObject(JSON.stringify({ ...state, warnings }))
  for (let number = 0; number < count; number++)
    ports.world.stored.set(keyOf(`b${String(number).padStart(3, '0')}`), stored)
  return ports
}

async function allPages(limit: number, ports: MemoryPorts): Promise<BatchItem[][]> {
  const pages: BatchItem[][] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listBatches({ limit, ...(cursor !== undefined && { cursor }) }, ports)
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(4 << 20)
    pages.push([...page.items])
    cursor = page.nextCursor
    if (cursor === undefined) return pages
  }
}

const namesOf = (pages: readonly (readonly BatchItem[])[]): string[] => pages.flat().map(({ batch }) => batch)

describe('listing batches', () => {
  it('counts the images that each skips, and does not name them', async () => {
    const ports = await listed(30, { skipImages: longSkipList })
    const [items = [], ...more] = await allPages(100, ports)
    expect(more).toEqual([])
    expect(items).toHaveLength(30)
    for (const item of items) {
      expect(BatchItem.parse(item)).toEqual(item)
      expect(item.request).toMatchObject({ dataset: 'pets', skipImageCount: 10_000 })
      expect(item.request).not.toHaveProperty('skipImages')
    }
  })

  it('ends a page early where batches are large, and loses none', async () => {
    const warnings = Array.from({ length: 1000 }, () => ({ code: 'long', message: 'x'.repeat(1000) }))
    const ports = await listed(7, { warnings })
    const pages = await allPages(1000, ports)
    expect(namesOf(pages)).toEqual(['b000', 'b001', 'b002', 'b003', 'b004', 'b005', 'b006'])
    expect(pages.length).toBeGreaterThan(2)
  })

  it.each([1, 7, 33, 100])('goes through all of them, %i to a page', async (limit) => {
    const names = namesOf(await allPages(limit, await listed(70)))
    expect(names).toEqual(Array.from({ length: 70 }, (_, number) => `b${String(number).padStart(3, '0')}`))
  })

  it('passes over objects that lie beside the folders', async () => {
    const ports = await listed(2)
    for (const key of ['', 'a', 'b000-notes']) ports.world.stored.set(`s3://work/data/${key}`, memoryObject('x'))
    expect(namesOf(await allPages(1, ports))).toEqual(['b000', 'b001'])
  })

  it('reads no more than some at a time', async () => {
    const ports = await listed(100)
    let underWay = 0
    let most = 0
    const get: MemoryPorts['objects']['get'] = async (key, range) => {
      underWay += 1
      most = Math.max(most, underWay)
      const stored = await ports.objects.get(key, range)
      underWay -= 1
      return stored
    }
    await listBatches({ limit: 1000 }, { ...ports, objects: { ...ports.objects, get } })
    expect(most).toBeLessThanOrEqual(32)
  })
})

describe('batch.json', () => {
  it('holds a skip list once', async () => {
    const ports = await petsPorts(cats(2))
    const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 2, skipImages: [imageId(7)] }
    await createBatch('b', BatchRequest.parse(request), ports)
    const text = Buffer.from(ports.world.stored.get(keyOf('b'))?.bytes ?? []).toString()
    expect(text.split(imageId(7))).toHaveLength(2)
  })
})
