import { describe, expect, it } from '@jest/globals'
import { readyDataset } from '../../shared/datasets/classes/class-files.ts'
import { describeDataset } from '../../shared/datasets/describe.ts'
import { openImageList } from '../../shared/datasets/image-list.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { drain } from '../support/broker/drain.ts'
import { listKeys, readDatasetState } from '../support/fixtures/small-dataset.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { bytesAt, DAMAGES, type Damage, damageObject, findImportId, imported, restoreObject } from './damage.ts'

const CLASS_FILES = ['classes.json', 'class-descriptions.csv', 'labels-hierarchy.json']
/** Objects that no class is read from. */
const OTHER_FILES = [
  'annotations-bbox.csv',
  'annotations-bbox.index',
  'images.csv',
  'annotations-bbox.json',
  'import.json',
  'rounds/fetch/1/start.json',
  'rounds/fetch/1/0000.json',
  'rounds/fetch/1.json',
  'rounds/check/1/start.json',
  'rounds/check/1/0000.json',
  'rounds/check/1.json',
]
const pairs = (names: readonly string[]) =>
  names.flatMap((name) => DAMAGES.map((damage): [string, string, Damage] => [name, damage[0], damage]))

/** Imports the dataset, and damages a file of its import. */
async function damagedDataset(name: string, damage: Damage): Promise<{ ports: MemoryPorts; key: string }> {
  const ports = await imported()
  const key = `${findImportId(ports)}/${name}`
  expect(damageObject(ports, key, damage)).toBe(true)
  return { ports, key }
}

const readImageList = (ports: MemoryPorts) => openImageList({ dataset: 'small', importId: findImportId(ports) }, ports)

describe('a dataset that is ready, with a damaged file', () => {
  it.each(pairs(CLASS_FILES))(
    'answers corrupt-state for its classes, naming the file: %s %s',
    async (name, _, damage) => {
      const { ports, key } = await damagedDataset(name, damage)
      await expect(readyDataset('small', ports)).rejects.toMatchObject({
        code: 'corrupt-state',
        key: `data/raw/small/${key}`,
      })
    },
  )

  it.each(CLASS_FILES)('reads its classes again once the file is restored, under another ETag: %s', async (name) => {
    const { ports } = await damagedDataset('import.json', DAMAGES[0]!)
    const key = `${findImportId(ports)}/${name}`
    restoreObject(ports, key, bytesAt(ports, key))
    expect((await readyDataset('small', ports)).classes.counts.imageCount).toBe(4)
  })

  it.each(pairs(['images.csv', 'annotations-bbox.json']))(
    'answers corrupt-state for its image list, and never that it has none: %s %s',
    async (name, _, damage) => {
      const { ports, key } = await damagedDataset(name, damage)
      await expect(readImageList(ports)).rejects.toMatchObject({
        code: 'corrupt-state',
        key: `data/raw/small/${key}`,
      })
    },
  )

  it.each(pairs(OTHER_FILES))('still has its classes: %s %s', async (name, _, damage) => {
    const { ports } = await damagedDataset(name, damage)
    expect((await readyDataset('small', ports)).classes.counts.imageCount).toBe(4)
    expect(await describeDataset('small', readDatasetState(ports), ports)).toMatchObject({ state: 'ready' })
  })

  it.each(pairs(['import.json']))('loses no other file to a late message: %s %s', async (name, _, damage) => {
    const { ports } = await damagedDataset(name, damage)
    const before = listKeys(ports)
    const subject = { dataset: 'small', importId: findImportId(ports) }
    const late = { subject, round: 1, requestId: 'late' }
    ports.world.sent.chunks.push({ ...late, job: 'fetch-parts', chunk: 0 }, { ...late, job: 'check-rows', chunk: 0 })
    ports.world.sent.tasks.push({ ...late, task: 'start-round', job: 'fetch-parts' })
    expect(await drain(ports)).toEqual([])
    expect(listKeys(ports)).toEqual(before)
  })

  it.each(pairs([...CLASS_FILES, ...OTHER_FILES]))('can be imported again: %s %s', async (name, _, damage) => {
    const { ports } = await damagedDataset(name, damage)
    const before = findImportId(ports)
    const keys = listKeys(ports).filter((key) => key.startsWith(before))
    await startImport('small', ports)
    expect(await drain(ports)).toEqual([])
    expect((await readyDataset('small', ports)).classes.counts.imageCount).toBe(4)
    expect(readDatasetState(ports).replacedImports).toEqual([before])
    expect(listKeys(ports).filter((key) => key.startsWith(before))).toEqual(keys)
  })
})

describe('an import that an older version made', () => {
  /** Removes what that version did not write. */
  async function olderDataset(): Promise<MemoryPorts> {
    const ports = await imported()
    const { current, ...state } = readDatasetState(ports)
    const { files: _, ...older } = current!
    const importId = findImportId(ports)
    restoreObject(ports, 'dataset.json', Buffer.from(JSON.stringify({ ...state, current: older })))
    const { files: __, ...sources } = JSON.parse(
      Buffer.from(bytesAt(ports, `${importId}/annotations-bbox.json`)).toString(),
    )
    restoreObject(ports, `${importId}/annotations-bbox.json`, Buffer.from(JSON.stringify(sources)))
    return ports
  }

  it('is read without pinned files', async () => {
    const ports = await olderDataset()
    expect((await readyDataset('small', ports)).classes.counts.imageCount).toBe(4)
    expect(await readImageList(ports)).toBeDefined()
  })

  it.each(CLASS_FILES)('answers corrupt-state for a file that is missing: %s', async (name) => {
    const ports = await olderDataset()
    const key = `${findImportId(ports)}/${name}`
    damageObject(ports, key, DAMAGES[0]!)
    await expect(readyDataset('small', ports)).rejects.toMatchObject({
      code: 'corrupt-state',
      key: `data/raw/small/${key}`,
    })
  })
})

describe('imports that late workers find', () => {
  it('are kept while batches may read them: a slow POST does not remove one that was replaced', async () => {
    const ports = await imported()
    const imports: string[] = [findImportId(ports)]
    const { pause } = ports.world
    ports.world.pause = async ({ port, key }) => {
      if (port !== 'messages' || key !== 'tasks') return
      // The slow call has started its import. Its worker and another import overtake it.
      ports.world.pause = pause
      imports.push(readDatasetState(ports).importing!.importId)
      await startImport('small', ports)
      await drain(ports)
      await startImport('small', ports)
      await drain(ports)
    }
    await startImport('small', ports)
    expect(await drain(ports)).toEqual([])
    expect(readDatasetState(ports).replacedImports).toEqual(imports)
    const folders = new Set(listKeys(ports).map((key) => key.split('/')[0]))
    expect([...folders]).toEqual(expect.arrayContaining(imports))
    for (const importId of imports) expect(listKeys(ports)).toContain(`${importId}/import.json`)
  })
})
