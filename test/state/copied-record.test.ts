import { describe, expect, it } from '@jest/globals'
import { busyWorld, copyBusyWorld } from '../support/fixtures/every-record.ts'
import { callApi } from '../support/http/call-api.ts'
import { jsonAt, keysUnder } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { memoryPorts } from '../support/world/ports.ts'

const before = await busyWorld()

const KINDS = [
  {
    kind: 'batch',
    name: 'b',
    from: 'data/b/batch.json',
    to: 'data/copied/batch.json',
    list: 'listBatches',
    get: 'getBatch',
  },
  {
    kind: 'dataset',
    name: 'pets',
    from: 'data/raw/pets/dataset.json',
    to: 'data/raw/copied/dataset.json',
    list: 'listDatasets',
    get: 'getDataset',
  },
  {
    kind: 'webhook',
    name: 'mine',
    from: 'system/webhooks/mine.json',
    to: 'system/webhooks/copied.json',
    list: 'listWebhooks',
    get: 'getWebhook',
  },
] as const

describe.each(KINDS)('the record of a $kind', ({ kind, name, from, to, list, get }) => {
  /** Returns ports on a world in which the record was copied under another name. */
  function copied(change: object = {}) {
    const world = copyBusyWorld(before)
    world.stored.set(`s3://work/${to}`, memoryObject(JSON.stringify({ ...jsonAt(world, from), ...change })))
    return memoryPorts({ world })
  }

  it('names it', () => {
    expect(jsonAt(before, from)).toHaveProperty(kind, name)
  })

  it('is corrupt under the name of another, which is listed as unreadable', async () => {
    const ports = copied()
    const { status, json } = await callApi(get, ports, { params: { [kind]: 'copied' } })
    expect([status, json]).toMatchObject([500, { code: 'corrupt-state', detail: expect.stringContaining(to) }])
    const { items } = (await callApi(list, ports)).json
    expect(items).toContainEqual(expect.objectContaining({ [kind]: 'copied', state: 'unreadable' }))
    expect(items.filter(({ state }: { state: string }) => state === 'unreadable')).toHaveLength(1)
  })

  it('is accepted without its name, as older code wrote it', async () => {
    const { status } = await callApi(get, copied({ [kind]: undefined }), { params: { [kind]: 'copied' } })
    expect(status).toBe(200)
  })
})

it('the webhook that a copied record belongs to keeps its secret and its deliveries when the copy is removed', async () => {
  const world = copyBusyWorld(before)
  const mine = jsonAt(world, 'system/webhooks/mine.json')
  const deliveries = keysUnder(world, 'system/deliveries/mine/')
  world.stored.set('s3://work/system/webhooks/copied.json', memoryObject(JSON.stringify(mine)))
  const { status } = await callApi('removeWebhook', memoryPorts({ world }), { params: { webhook: 'copied' } })
  expect(status).toBe(204)
  expect(jsonAt(world, 'system/webhooks/mine.json')).toEqual(mine)
  expect(keysUnder(world, 'system/deliveries/mine/')).toEqual(deliveries)
})
