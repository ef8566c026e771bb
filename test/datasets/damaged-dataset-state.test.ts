import { describe, expect, it } from '@jest/globals'
import { drain } from '../support/broker/drain.ts'
import { listEvents, listKeys, REGISTRATION, smallDataset } from '../support/fixtures/small-dataset.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { bytesAt, DAMAGES, type Damage, damageObject, imported, registered, restoreObject } from './damage.ts'
import { ownKeys, serveDatasets } from './dataset-api.ts'

const KEY = 'data/raw/small/dataset.json'
/** What leaves an object that is not a dataset's state. */
const CORRUPTIONS = DAMAGES.filter(([name]) => name !== 'deleted')

const { arrange, call } = serveDatasets()
let ports: MemoryPorts

/** Imports the dataset, then damages its state. */
async function damagedDataset(damage: Damage): Promise<void> {
  ports = await arrange(imported)
  damageObject(ports, 'dataset.json', damage)
}

const namesKey = { code: 'corrupt-state', detail: expect.stringContaining(KEY) }

describe('a dataset whose state is corrupt', () => {
  it.each(CORRUPTIONS)('answers corrupt-state to its own calls, naming the key: %s', async (...damage) => {
    await damagedDataset(damage)
    for (const [method, path, body] of [
      ['GET', '/small'],
      ['GET', '/small/classes'],
      ['PUT', '/small', REGISTRATION],
      ['POST', '/small/import'],
      ['DELETE', '/small/import'],
    ] as const)
      expect(await call(method, path, body)).toMatchObject({ status: 500, json: namesKey })
  })

  it.each(CORRUPTIONS)('is unreadable in the list, which has all others: %s', async (...damage) => {
    ports = await arrange(imported)
    const before = await call('GET', '')
    damageObject(ports, 'dataset.json', damage)
    const after = await call('GET', '')
    expect(after.status).toBe(200)
    expect(after.json.items.map(({ dataset }: { dataset: string }) => dataset)).toEqual(
      before.json.items.map(({ dataset }: { dataset: string }) => dataset),
    )
    expect(after.json.items.filter(({ dataset }: { dataset: string }) => dataset === 'small')).toMatchObject([
      { dataset: 'small', state: 'unreadable', problem: namesKey },
    ])
  })

  it.each(CORRUPTIONS)('can be deleted, and registered and imported again: %s', async (...damage) => {
    await damagedDataset(damage)
    expect((await call('DELETE', '/small?validateOnly=true')).json).toMatchObject({
      objects: ownKeys(ports).length,
      kept: { objects: 0 },
    })
    expect((await call('DELETE', '/small')).status).toBe(204)
    expect(ownKeys(ports)).toEqual([])
    expect((await call('GET', '/small')).status).toBe(404)
    expect((await call('PUT', '/small', REGISTRATION)).status).toBe(201)
    expect((await call('POST', '/small/import')).status).toBe(202)
    await drain(ports)
    expect((await call('GET', '/small')).json).toMatchObject({ state: 'ready', imageCount: 4 })
  })

  it('is reset by DELETE if it belongs to the catalog', async () => {
    ports = await arrange(smallDataset)
    const name = 'open-images-v4-test'
    ports.world.stored.set(`s3://work/data/raw/${name}/dataset.json`, memoryObject('{'))
    expect((await call('GET', `/${name}`)).status).toBe(500)
    expect((await call('DELETE', `/${name}`)).status).toBe(204)
    expect((await call('GET', `/${name}`)).json).toMatchObject({ state: 'registered' })
  })

  it('is not deleted when it is repaired while it is', async () => {
    ports = await arrange(imported)
    const bytes = bytesAt(ports, 'dataset.json')
    damageObject(ports, 'dataset.json', CORRUPTIONS[0]!)
    ports.world.pause = async ({ method }) => {
      if (method === 'list') restoreObject(ports, 'dataset.json', bytes)
    }
    const before = listKeys(ports)
    ports.world.fault = ({ method, key }) =>
      method === 'put' && key === KEY ? new Error('The test ends here') : undefined
    expect((await call('DELETE', '/small')).status).toBe(500)
    expect(listKeys(ports)).toEqual(before)
  })
})

describe('a running import of a dataset whose state is damaged', () => {
  it.each(DAMAGES)('ends with its event, and removes nothing: %s', async (...damage) => {
    ports = await arrange(registered)
    await call('POST', '/small/import')
    const bytes = bytesAt(ports, 'dataset.json')
    damageObject(ports, 'dataset.json', damage)
    expect(await drain(ports)).toEqual([])
    expect(listEvents(ports)).toMatchObject([{ type: 'dataset.failed', data: { problem: namesKey } }])
    expect(listKeys(ports).some((key) => key.endsWith('/import.json'))).toBe(true)
    restoreObject(ports, 'dataset.json', bytes)
    expect((await call('POST', '/small/import')).status).toBe(202)
    expect(await drain(ports)).toEqual([])
    expect((await call('GET', '/small')).json).toMatchObject({ state: 'ready', imageCount: 4 })
  })

  it('leaves nothing when the dataset is deleted meanwhile', async () => {
    ports = await arrange(registered)
    await call('POST', '/small/import')
    damageObject(ports, 'dataset.json', CORRUPTIONS[0]!)
    let messages = 0
    const deleteMeanwhile = async () => {
      messages += 1
      if (messages === 3) expect((await call('DELETE', '/small')).status).toBe(204)
    }
    expect(await drain(ports, { after: deleteMeanwhile })).toEqual([])
    expect(ownKeys(ports).filter((key) => !/\/rounds\/(fetch|check)\/1\.json$/.test(key))).toEqual([])
  })
})
