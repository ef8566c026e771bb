import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endpoint as browseClasses } from '../../functions/datasets/browse-classes.ts'
import { endpoint as cancelImport } from '../../functions/datasets/cancel-import.ts'
import { endpoint as forget } from '../../functions/datasets/forget.ts'
import { endpoint as get } from '../../functions/datasets/get.ts'
import { endpoint as startImport } from '../../functions/datasets/import.ts'
import { endpoint as list } from '../../functions/datasets/list.ts'
import { endpoint as register } from '../../functions/datasets/register.ts'
import { startGateway } from '../../local/gateway/gateway.ts'
import { lambda } from '../../shared/platform/http/route.ts'
import { setToken } from '../../shared/platform/tokens/create.ts'
import { drain } from '../support/broker/drain.ts'
import { listEvents, listKeys, REGISTRATION, smallDataset } from '../support/fixtures/small-dataset.ts'
import { fetchDeclared } from '../support/http/declared-answers.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { bytesAt, DAMAGES, type Damage, damageObject, imported, registered, restoreObject } from './damage.ts'

const KEY = 'data/raw/small/dataset.json'
/** What leaves an object that is not a dataset's state. */
const CORRUPTIONS = DAMAGES.filter(([name]) => name !== 'deleted')

let ports: MemoryPorts
let gateway: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  const endpoints = Object.entries({ browseClasses, cancelImport, forget, get, startImport, list, register }).map(
    ([name, endpoint]) => ({ name, endpoint, handler: lambda(endpoint as typeof get, () => ports) }),
  )
  gateway = await startGateway({ endpoints, port: 0 })
})
afterAll(() => gateway.stop())

async function call(method: string, path: string, body?: unknown) {
  const response = await fetchDeclared(`${gateway.url}/v1/datasets${path}`, {
    method,
    headers: {
      authorization: 'Bearer mine',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
}

async function arrange(make: () => Promise<MemoryPorts>): Promise<void> {
  ports = await make()
  await setToken('mine', 'dev', 'write', ports)
}

/** Imports the dataset, then damages its state. */
async function damagedDataset(damage: Damage): Promise<void> {
  await arrange(imported)
  damageObject(ports, 'dataset.json', damage)
}

const namesKey = { code: 'corrupt-state', detail: expect.stringContaining(KEY) }
const ownKeys = () => listKeys(ports).filter((key) => !key.includes('s3://work/'))

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
    await arrange(imported)
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
      objects: ownKeys().length,
      kept: { objects: 0 },
    })
    expect((await call('DELETE', '/small')).status).toBe(204)
    expect(ownKeys()).toEqual([])
    expect((await call('GET', '/small')).status).toBe(404)
    expect((await call('PUT', '/small', REGISTRATION)).status).toBe(201)
    expect((await call('POST', '/small/import')).status).toBe(202)
    await drain(ports)
    expect((await call('GET', '/small')).json).toMatchObject({ state: 'ready', imageCount: 4 })
  })

  it('is reset by DELETE if it belongs to the catalog', async () => {
    await arrange(smallDataset)
    const name = 'open-images-v4-test'
    ports.world.stored.set(`s3://work/data/raw/${name}/dataset.json`, memoryObject('{'))
    expect((await call('GET', `/${name}`)).status).toBe(500)
    expect((await call('DELETE', `/${name}`)).status).toBe(204)
    expect((await call('GET', `/${name}`)).json).toMatchObject({ state: 'registered' })
  })

  it('is not deleted when it is repaired while it is', async () => {
    await arrange(imported)
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
    await arrange(registered)
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
    await arrange(registered)
    await call('POST', '/small/import')
    damageObject(ports, 'dataset.json', CORRUPTIONS[0]!)
    let messages = 0
    const deleteMeanwhile = async () => {
      messages += 1
      if (messages === 3) expect((await call('DELETE', '/small')).status).toBe(204)
    }
    expect(await drain(ports, { after: deleteMeanwhile })).toEqual([])
    expect(ownKeys().filter((key) => !/\/rounds\/(fetch|check)\/1\.json$/.test(key))).toEqual([])
  })
})

describe('DELETE /v1/datasets/{dataset}', () => {
  const OWN = ['boxes.csv', 'photo.jpg', 'notes/images.csv']

  it('keeps, counts and names what Groundwork did not write', async () => {
    await arrange(imported)
    const written = ownKeys().length
    const importId = listKeys(ports)[1]!.split('/')[0]!
    const foreign = [...OWN, `${importId}/photo.jpg`]
    for (const name of foreign) restoreObject(ports, name, Buffer.from(name))
    const keys = foreign.map((name) => `data/raw/small/${name}`).sort()
    const location = 's3://work/data/raw/small/'
    expect(await call('DELETE', '/small?validateOnly=true')).toMatchObject({
      status: 200,
      json: { location, objects: written, more: false, kept: { objects: 4, keys } },
    })
    expect(await call('DELETE', '/small')).toEqual({
      status: 200,
      json: { location, removed: written, kept: { objects: 4, keys } },
    })
    expect(ownKeys()).toEqual([...foreign].sort())
    expect((await call('GET', '/small')).status).toBe(404)
    expect((await call('PUT', '/small', REGISTRATION)).status).toBe(201)
  })

  it('names at most 100 keys', async () => {
    await arrange(imported)
    for (let number = 0; number < 120; number++) restoreObject(ports, `photo-${number}.jpg`, Buffer.from('x'))
    const { json } = await call('DELETE', '/small')
    expect(json.kept.objects).toBe(120)
    expect(json.kept.keys).toHaveLength(100)
  })

  it('checks with validateOnly what a deletion would, and removes nothing', async () => {
    await arrange(registered)
    expect((await call('DELETE', '/unknown?validateOnly=true')).status).toBe(404)
    await call('POST', '/small/import')
    const before = listKeys(ports)
    expect(await call('DELETE', '/small?validateOnly=true')).toMatchObject({
      status: 409,
      json: { code: 'wrong-state' },
    })
    expect(listKeys(ports)).toEqual(before)
  })

  it('keeps what was put into the folder of an import that is cancelled', async () => {
    await arrange(registered)
    await call('POST', '/small/import')
    const importId = listKeys(ports)[1]!.split('/')[0]!
    restoreObject(ports, `${importId}/photo.jpg`, Buffer.from('x'))
    expect((await call('DELETE', '/small/import')).status).toBe(200)
    expect(listKeys(ports)).toContain(`${importId}/photo.jpg`)
  })
})
