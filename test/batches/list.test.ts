import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { listBatches } from '../../shared/batches/list.ts'
import { BatchItem, BatchRequest } from '../../shared/contracts/batch.ts'
import { cats, imageId, petsPorts } from '../support/fixtures/pets.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const longSkipList = Array.from({ length: 10_000 }, (_, number) => imageId(number + 100))

type Item = Awaited<ReturnType<typeof listBatches>>['items'][number]

const toUri = (batch: string): string => `s3://work/data/${batch}/batch.json`

/** Ports over a world with so many batches, each stored with these images to skip and these warnings. */
async function storedBatches(count: number, { skipImages = [] as string[], warnings = [] as object[] } = {}) {
  const ports = await petsPorts(cats(2))
  const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 2, skipImages }
  await createBatch('b', BatchRequest.parse(request), ports)
  const state = JSON.parse(Buffer.from(ports.world.stored.get(toUri('b'))?.bytes ?? []).toString())
  ports.world.stored.delete(toUri('b'))
  for (let number = 0; number < count; number++) {
    const batch = `b${String(number).padStart(3, '0')}`
    ports.world.stored.set(toUri(batch), memoryObject(JSON.stringify({ ...state, batch, warnings })))
  }
  return ports
}

/** Reads every page, and checks that each stays below 4 MiB. */
async function readAllPages(limit: number, ports: MemoryPorts): Promise<Item[][]> {
  const pages: Item[][] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listBatches({ limit, ...(cursor !== undefined && { cursor }) }, ports)
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(4 << 20)
    pages.push([...page.items])
    cursor = page.nextCursor
    if (cursor === undefined) return pages
  }
}

const toNames = (pages: readonly (readonly Item[])[]): string[] => pages.flat().map(({ batch }) => batch)

describe('GET /v1/batches', () => {
  it('returns the number of skipped images instead of their ids', async () => {
    const ports = await storedBatches(30, { skipImages: longSkipList })
    const [items = [], ...more] = await readAllPages(100, ports)
    expect(more).toEqual([])
    expect(items).toHaveLength(30)
    for (const item of items) {
      const { request } = BatchItem.parse(item)
      expect(item).toMatchObject({ request })
      expect(request).toMatchObject({ dataset: 'pets', skipImageCount: 10_000 })
      expect(item).not.toHaveProperty('request.skipImages')
    }
  })

  it('ends a page early when batches are large, and loses no batch', async () => {
    const warnings = Array.from({ length: 1000 }, () => ({ code: 'long', message: 'x'.repeat(1000) }))
    const ports = await storedBatches(7, { warnings })
    const pages = await readAllPages(1000, ports)
    expect(toNames(pages)).toEqual(['b000', 'b001', 'b002', 'b003', 'b004', 'b005', 'b006'])
    expect(pages.length).toBeGreaterThan(2)
  })

  it.each([1, 7, 33, 100])('returns every batch once, in order, with a limit of %i', async (limit) => {
    const names = toNames(await readAllPages(limit, await storedBatches(70)))
    expect(names).toEqual(Array.from({ length: 70 }, (_, number) => `b${String(number).padStart(3, '0')}`))
  })

  it('ignores objects beside the folders of the batches', async () => {
    const ports = await storedBatches(2)
    for (const key of ['', 'a', 'b000-notes']) ports.world.stored.set(`s3://work/data/${key}`, memoryObject('x'))
    expect(toNames(await readAllPages(1, ports))).toEqual(['b000', 'b001'])
  })

  it.each([1, 2, 100])('skips folders that no call can address, with a limit of %i', async (limit) => {
    const ports = await storedBatches(3)
    for (const folder of ['', ' a', 'b000 copy', 'b001.old', 'raw', 'test', 'system', 'x'.repeat(201), 'é'])
      ports.world.stored.set(toUri(folder), memoryObject('{}'))
    expect(toNames(await readAllPages(limit, ports))).toEqual(['b000', 'b001', 'b002'])
  })

  it('reads at most 32 batches at a time', async () => {
    const ports = await storedBatches(100)
    let inFlight = 0
    let maxInFlight = 0
    const get: MemoryPorts['objects']['get'] = async (key, range) => {
      inFlight += 1
      maxInFlight = Math.max(maxInFlight, inFlight)
      const stored = await ports.objects.get(key, range)
      inFlight -= 1
      return stored
    }
    await listBatches({ limit: 1000 }, { ...ports, objects: { ...ports.objects, get } })
    expect(maxInFlight).toBeLessThanOrEqual(32)
  })
})

describe('batch.json', () => {
  it('stores the skip list once', async () => {
    const ports = await petsPorts(cats(2))
    const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 2, skipImages: [imageId(7)] }
    await createBatch('b', BatchRequest.parse(request), ports)
    const text = Buffer.from(ports.world.stored.get(toUri('b'))?.bytes ?? []).toString()
    expect(text.split(imageId(7))).toHaveLength(2)
  })
})
