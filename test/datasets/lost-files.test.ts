import { describe, expect, it } from '@jest/globals'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { findLostFiles } from '../../shared/datasets/lost-files.ts'
import { getDataset } from '../../shared/datasets/store.ts'
import { drain } from '../support/broker/drain.ts'
import { jsonAt, ROOT } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { bytesAt, DAMAGES, damageObject, findImportId, imported, registered, restoreObject } from './damage.ts'
import { serveDatasets } from './dataset-api.ts'

const FILES = [
  'annotations-bbox.csv',
  'annotations-bbox.index',
  'annotations-bbox.json',
  'class-descriptions.csv',
  'classes.json',
  'images.csv',
  'labels-hierarchy.json',
]
/** The record of the stored files is not pinned itself: it is missed only when it is gone. */
const PINNED = FILES.filter((name) => name !== 'annotations-bbox.json')

const find = async (ports: MemoryPorts) => findLostFiles('small', (await getDataset('small', ports)).value, ports)
const uriOf = (ports: MemoryPorts, name: string) => `s3://work/data/raw/small/${findImportId(ports)}/${name}`

describe('GET /v1/datasets/{dataset}?verify=true', () => {
  const api = serveDatasets()

  it('lists no file of an import that is as it was, and without verify says nothing about files', async () => {
    const ports = await api.arrange(imported)
    const { status, json } = await api.call('GET', '/small?verify=true')
    expect([status, json.lostFiles]).toEqual([200, []])
    expect((await api.call('GET', '/small')).json).not.toHaveProperty('lostFiles')
    damageObject(ports, `${findImportId(ports)}/classes.json`, DAMAGES[0]!)
    const { json: damaged } = await api.call('GET', '/small?verify=true')
    // The dataset stays ready: its state records what the import did.
    expect(damaged).toEqual({ ...json, lostFiles: [{ uri: uriOf(ports, 'classes.json'), state: 'gone' }] })
  })

  it('lists none of a dataset that was never imported', async () => {
    await api.arrange(registered)
    expect((await api.call('GET', '/small?verify=true')).json).toMatchObject({ state: 'registered', lostFiles: [] })
  })
})

describe('the files of an import', () => {
  it.each(FILES)('are missed when they are gone: %s', async (name) => {
    const ports = await imported()
    expect(damageObject(ports, `${findImportId(ports)}/${name}`, DAMAGES[0]!)).toBe(true)
    expect(await find(ports)).toEqual([{ uri: uriOf(ports, name), state: 'gone' }])
  })

  it.each(PINNED.flatMap((name) => DAMAGES.slice(1).map((damage) => [name, damage[0], damage] as const)))(
    'are found changed: %s %s',
    async (name, _, damage) => {
      const ports = await imported()
      damageObject(ports, `${findImportId(ports)}/${name}`, damage)
      expect(await find(ports)).toEqual([{ uri: uriOf(ports, name), state: 'changed' }])
    },
  )

  it('are found changed when another file of the same size is there', async () => {
    const ports = await imported()
    const key = `${findImportId(ports)}/images.csv`
    restoreObject(ports, key, bytesAt(ports, key).toReversed())
    expect(await find(ports)).toEqual([{ uri: uriOf(ports, 'images.csv'), state: 'changed' }])
  })

  it('are all looked at by one list, whatever else lies beside them', async () => {
    const ports = await imported()
    for (let number = 0; number < 20; number++)
      ports.world.stored.set(uriOf(ports, `slices/${number}/images`), memoryObject('x'))
    ports.world.calls.splice(0)
    expect(await find(ports)).toEqual([])
    expect(ports.world.calls.map(({ method }) => method)).toEqual(['get', 'list'])
  })

  it('of an older version are the box file and its index', async () => {
    const ports = await imported()
    const key = 'data/raw/small/dataset.json'
    const { current, ...rest } = jsonAt(ports.world, key)
    const { files: _, ...older } = current
    ports.world.stored.set(`${ROOT}${key}`, memoryObject(JSON.stringify({ ...rest, current: older })))
    expect(await find(ports)).toEqual([])
    damageObject(ports, `${findImportId(ports)}/annotations-bbox.index`, DAMAGES[1]!)
    expect(await find(ports)).toEqual([{ uri: uriOf(ports, 'annotations-bbox.index'), state: 'changed' }])
  })

  it('are those of the current import while another one runs', async () => {
    const ports = await imported()
    const before = findImportId(ports)

    await startImport('small', ports)
    expect(await find(ports)).toEqual([])
    await drain(ports)
    expect(findImportId(ports)).not.toBe(before)
    expect(await find(ports)).toEqual([])
  })
})
