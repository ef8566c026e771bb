import { describe, expect, it } from '@jest/globals'
import { describeDataset } from '../../shared/datasets/describe.ts'
import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { listDatasets } from '../../shared/datasets/list.ts'
import { forgetDataset } from '../../shared/datasets/register/forget.ts'
import { drain } from '../support/broker/drain.ts'
import { listEvents, listKeys, readDatasetState } from '../support/fixtures/small-dataset.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { DAMAGES, type Damage, damageObject, findImportId, registered } from './damage.ts'

/** Objects that a worker reads again after they were stored. */
const WORK = [
  'import.json',
  'annotations-bbox.json',
  'annotations-bbox.csv',
  'class-descriptions.csv',
  'labels-hierarchy.json',
  'images.csv',
  'slices/0/images',
  'slices/0/lists',
]
/** Objects of the rounds of an import. */
const ROUNDS = [
  'rounds/fetch/1/start.json',
  'rounds/fetch/1/0000.json',
  'rounds/fetch/1.json',
  'rounds/check/1/start.json',
  'rounds/check/1/0000.json',
  'rounds/check/1.json',
]
const pairs = (names: readonly string[]) =>
  names.flatMap((name) => DAMAGES.map((damage): [string, string, Damage] => [name, damage[0], damage]))

/** A consumer of the dead-letter queue that fails gives up, as on AWS. */
const GIVE_UP = { deadLetterReceives: 2 }

/**
 * Damages an object once: at the next call after it was stored, or, as a source file is hashed once it is stored, when
 * its receipt is written and the receipts are counted.
 */
function damageWhenStored(ports: MemoryPorts, name: string, damage: Damage): () => boolean {
  let isDamaged = false
  const importId = findImportId(ports)
  const isSource = /\.csv$|^labels|^annotations/.test(name)
  ports.world.pause = async ({ method, key }) => {
    if (isDamaged || key.endsWith(`${importId}/${name}`) || (isSource && method !== 'list')) return
    isDamaged = damageObject(ports, `${importId}/${name}`, damage)
  }
  return () => isDamaged
}

/** Imports until the dataset is ready, at most twice, as a caller would. */
async function importUntilReady(ports: MemoryPorts): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    await startImport('small', ports)
    await drain(ports, GIVE_UP)
    if (readDatasetState(ports).current) return
  }
}

/** Starts an import whose rows nobody checks. */
async function importHalfWay(): Promise<MemoryPorts> {
  const ports = await registered()
  await startImport('small', ports)
  await drain(ports, { lost: (message) => 'chunk' in message && message.job === 'check-rows' })
  return ports
}

describe('an import whose stored work is damaged while workers run', () => {
  it.each(pairs(WORK))('becomes ready or fails, naming the object: %s %s', async (name, _, damage) => {
    const ports = await registered()
    await startImport('small', ports)
    const isDamaged = damageWhenStored(ports, name, damage)
    await drain(ports)
    expect(isDamaged()).toBe(true)
    const { importing, current, problem } = readDatasetState(ports)
    expect(importing).toBeUndefined()
    if (current) {
      expect(current).toMatchObject({ imageCount: 4, boxCount: 6 })
      expect(listEvents(ports).map(({ type }) => type)).toEqual(['dataset.ready'])
    } else {
      expect(problem).toMatchObject({ code: 'corrupt-state', detail: expect.stringContaining(`/${name} `) })
      expect(listEvents(ports)).toMatchObject([{ type: 'dataset.failed', data: { problem } }])
    }
    await importUntilReady(ports)
    expect(readDatasetState(ports)).toMatchObject({ current: { imageCount: 4 } })
  })

  it.each(pairs(ROUNDS))('never stays importing when POST is repeated: %s %s', async (name, _, damage) => {
    const ports = await registered()
    await startImport('small', ports)
    const isDamaged = damageWhenStored(ports, name, damage)
    await drain(ports, GIVE_UP)
    expect(isDamaged()).toBe(true)
    await importUntilReady(ports)
    const { current, importing, problem } = readDatasetState(ports)
    expect({ current, importing, problem }).toMatchObject({
      current: { imageCount: 4, boxCount: 6 },
      importing: undefined,
      problem: undefined,
    })
  })
})

describe('an interrupted import whose stored work is damaged', () => {
  const stored = [...ROUNDS.slice(0, 4), ...WORK.slice(0, 6)]

  it.each(pairs(stored))('is shown, also in the list: %s %s', async (name, _, damage) => {
    const ports = await importHalfWay()
    damageObject(ports, `${findImportId(ports)}/${name}`, damage)
    expect(await describeDataset('small', readDatasetState(ports), ports)).toMatchObject({ state: 'importing' })
    const { items } = await listDatasets({ limit: 100 }, ports)
    expect(items.find(({ dataset }) => dataset === 'small')).toMatchObject({ state: 'importing' })
  })

  it.each(pairs(stored))('can be cancelled, and its dataset deleted: %s %s', async (name, _, damage) => {
    const ports = await importHalfWay()
    damageObject(ports, `${findImportId(ports)}/${name}`, damage)
    await cancelImport('small', ports)
    expect(readDatasetState(ports).importing).toBeUndefined()
    expect(listKeys(ports).filter((key) => !/\/rounds\/(fetch|check)\/1\.json$/.test(key))).toEqual(['dataset.json'])
    expect(await drain(ports)).toEqual([])
    await forgetDataset('small', ports)
    expect(listKeys(ports)).toEqual([])
  })

  it.each(pairs(stored))('is resumed or replaced when POST is repeated: %s %s', async (name, _, damage) => {
    const ports = await importHalfWay()
    damageObject(ports, `${findImportId(ports)}/${name}`, damage)
    await importUntilReady(ports)
    expect(readDatasetState(ports)).toMatchObject({ current: { imageCount: 4, boxCount: 6 } })
    const { importId } = readDatasetState(ports).current!
    const left = listKeys(ports).filter(
      (key) => !key.startsWith(importId) && !/\/rounds\/(fetch|check)\/1\.json$/.test(key),
    )
    expect(left).toEqual(['dataset.json'])
  })

  it.each(pairs(['annotations-bbox.json']))('is resumed with the same import: %s %s', async (name, _, damage) => {
    const ports = await importHalfWay()
    const importId = findImportId(ports)
    damageObject(ports, `${importId}/${name}`, damage)
    await startImport('small', ports)
    expect(await drain(ports)).toEqual([])
    expect(readDatasetState(ports).current?.importId).toBe(importId)
  })

  it('is replaced by another when the round that fetched its files does not have all their parts', async () => {
    const ports = await importHalfWay()
    const importId = findImportId(ports)
    const folder = `data/raw/small/${importId}`
    const end = jsonAt(ports.world, `${folder}/rounds/fetch/1.json`)
    const totals = { ...end.totals, blocks: end.totals.blocks.slice(0, -1) }
    await ports.objects.put(`${folder}/rounds/fetch/1.json`, JSON.stringify({ ...end, totals }))
    await ports.objects.remove([{ key: `${folder}/annotations-bbox.json` }])
    await startImport('small', ports)
    await drain(ports, GIVE_UP)
    expect(readDatasetState(ports).current?.importId).toEqual(expect.not.stringContaining(importId))
  })
})
