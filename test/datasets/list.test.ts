import { describe, expect, it } from '@jest/globals'
import { DatasetItem, listDatasets } from '../../shared/datasets/list.ts'
import { registerDataset } from '../../shared/datasets/register/register.ts'
import { CATALOG } from '../../shared/datasets/sources/catalog.ts'
import { REGISTRATION } from '../support/fixtures/small-dataset.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'

const skipImages = Array.from({ length: 10_000 }, (_, number) => number.toString(16).padStart(16, '0'))
const toName = (number: number): string => `own-${String(number).padStart(2, '0')}`

/** Registers datasets with the maximum of skipped images. */
async function registerDatasets(count: number): Promise<MemoryPorts> {
  const ports = memoryPorts()
  for (let number = 0; number < count; number++)
    await registerDataset(toName(number), { ...REGISTRATION, skipImages }, { validateOnly: false }, ports)
  return ports
}

describe('listDatasets', () => {
  it('returns the number of skipped images instead of their ids', async () => {
    const { items, nextCursor } = await listDatasets({ limit: 1000 }, await registerDatasets(30))
    expect(nextCursor).toBeUndefined()
    expect(Buffer.byteLength(JSON.stringify(items))).toBeLessThan(4 << 20)
    const own = items.filter(({ dataset }) => dataset.startsWith('own-'))
    expect(own).toHaveLength(30)
    for (const item of items) expect(DatasetItem.parse(item)).toEqual(item)
    for (const item of own) {
      expect(item).toHaveProperty('skipImageCount', 10_000)
      expect(item).not.toHaveProperty('skipImages')
    }
  })

  it.each([1, 5, 100])('lists all datasets, %i per page', async (limit) => {
    const ports = await registerDatasets(7)
    const names: string[] = []
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await listDatasets({ limit, ...(cursor !== undefined && { cursor }) }, ports)
      names.push(...page.items.map(({ dataset }) => dataset))
      cursor = page.nextCursor
    }
    const own = Array.from({ length: 7 }, (_, number) => toName(number))
    expect(names).toEqual([...Object.keys(CATALOG), ...own].sort())
  })

  it('skips folders that no call can address', async () => {
    const ports = await registerDatasets(1)
    for (const folder of ['', 'My data', 'own-00.old', 'system'])
      await ports.objects.put(`data/raw/${folder}/dataset.json`, '{}')
    const { items, nextCursor } = await listDatasets({ limit: 100 }, ports)
    expect(nextCursor).toBeUndefined()
    expect(items.map(({ dataset }) => dataset)).toEqual([...Object.keys(CATALOG), toName(0)].sort())
  })
})
