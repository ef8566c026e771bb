import { describe, expect, it } from '@jest/globals'
import { endpoint as getWebhook } from '../../functions/webhooks/get.ts'
import { endpoint as listWebhooks } from '../../functions/webhooks/list.ts'
import { endpoint as listDeliveries } from '../../functions/webhooks/list-deliveries.ts'
import { endpoint as registerWebhook } from '../../functions/webhooks/register.ts'
import { endpoint as removeWebhook } from '../../functions/webhooks/remove.ts'
import { endpoint as rotateSecret } from '../../functions/webhooks/rotate-secret.ts'
import { enableWebhook } from '../../shared/webhooks/enable.ts'
import { drainEvents } from '../support/broker/drain.ts'
import { DAMAGES } from '../support/fixtures/damages.ts'
import { deliveriesIn, HOOK, happen, hooked, register } from '../support/fixtures/hooked.ts'
import { callEndpoint } from '../support/http/call-endpoint.ts'
import { jsonAt, keysUnder } from '../support/world/bucket-contents.ts'

const KEY = 'system/webhooks/bad.json'
const params = { webhook: 'bad' }
const body = { url: HOOK, events: ['batch.copied'] }
const corrupt = { code: 'corrupt-state', detail: expect.stringContaining(KEY) }

/** Returns ports with a webhook `mine` and a damaged webhook `bad`. */
async function damaged(text: string) {
  const ports = await hooked({ status: 200 })
  await register(ports, 'bad')
  await ports.objects.put(KEY, text)
  return ports
}

describe.each(DAMAGES)('a webhook whose object is %s', (_, text) => {
  it('is listed as unreadable, and the others as they are', async () => {
    const { status, json, body: answer } = await callEndpoint(listWebhooks, await damaged(text))
    expect(status).toBe(200)
    expect(json.items).toEqual([
      { webhook: 'bad', state: 'unreadable', problem: { ...corrupt, errors: [] } },
      expect.objectContaining({ webhook: 'mine', state: 'enabled' }),
    ])
    expect(answer).not.toContain('whsec_hidden')
  })

  it.each([
    ['GET', getWebhook, {}],
    ['PUT', registerWebhook, { body }],
    ['GET deliveries', listDeliveries, {}],
    ['POST rotate-secret', rotateSecret, {}],
  ])('answers corrupt-state to %s', async (_, endpoint, request) => {
    const ports = await damaged(text)
    const { status, json } = await callEndpoint(endpoint, ports, { params, ...request })
    expect([status, json]).toEqual([500, expect.objectContaining(corrupt)])
    expect(JSON.stringify([json, ports.world.logged])).not.toContain('whsec_hidden')
  })

  it('can be removed with its deliveries, and registered again', async () => {
    const ports = await damaged(text)
    expect((await callEndpoint(removeWebhook, ports, { params })).status).toBe(204)
    expect(keysUnder(ports.world, 'system/').filter((key) => key.includes('bad'))).toEqual([])
    expect((await callEndpoint(registerWebhook, ports, { params, body })).status).toBe(201)
  })

  it('gets no event; the event is delivered to the others, and names the webhook', async () => {
    const ports = await damaged(text)
    await happen(ports)
    expect(await drainEvents(ports)).toEqual([])
    expect(deliveriesIn(ports.world)).toMatchObject([{ webhook: 'mine', state: 'delivered' }])
    const [event = ''] = keysUnder(ports.world, 'system/events/')
    expect(jsonAt(ports.world, `system/events/${event}`)).toMatchObject({
      dispatchedAt: expect.any(String),
      skippedWebhooks: ['bad'],
    })
    expect(ports.world.logged).toContainEqual({ level: 'error', event: 'state.corrupt', fields: { key: KEY } })
  })
})

it('objects that no call can address are not listed as webhooks', async () => {
  const ports = await hooked({ status: 200 })
  for (const name of ['', 'mine', 'mine copy.json', 'mine.json.json', 'old/mine.json', 'zz/'])
    await ports.objects.put(`system/webhooks/${name}`, '{}')
  const { json } = await callEndpoint(listWebhooks, ports, { query: { limit: '1' } })
  expect(json).toEqual({ items: [expect.objectContaining({ webhook: 'mine', state: 'enabled' })] })
})

describe('a webhook whose object is missing', () => {
  /** Returns ports with a pending delivery to a webhook whose object was lost, and the text of that. */
  async function lost() {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await drainEvents(ports, { until: ports.world.now })
    const key = 'system/webhooks/mine.json'
    const intact = JSON.stringify(jsonAt(ports.world, key))
    await ports.objects.remove([{ key }])
    return { ports, key, intact }
  }

  it('keeps its pending deliveries, whose messages fail until the queue keeps them', async () => {
    const { ports, key } = await lost()
    const errors = await drainEvents(ports)
    expect(errors.length).toBeGreaterThan(0)
    expect(errors).toEqual(errors.map(() => expect.objectContaining({ code: 'corrupt-state', key })))
    expect(deliveriesIn(ports.world)).toMatchObject([{ state: 'pending', attempts: [{ number: 1 }] }])
    expect(ports.world.received).toHaveLength(1)
  })

  it('gets its pending deliveries once it is restored', async () => {
    const { ports, key, intact } = await lost()
    await drainEvents(ports, { until: new Date(ports.world.now.getTime() + 10_000) })
    await ports.objects.put(key, intact)
    ports.world.receivers.set(HOOK, { status: 200 })
    await drainEvents(ports)
    expect(deliveriesIn(ports.world)).toMatchObject([{ state: 'delivered' }])
  })

  it('ends the messages of deliveries that are gone as well', async () => {
    const { ports } = await lost()
    const folder = 'system/deliveries/'
    await ports.objects.remove(keysUnder(ports.world, folder).map((name) => ({ key: folder + name })))
    expect(await drainEvents(ports)).toEqual([])
  })
})

it('a webhook of a newer version keeps its fields and its event types when it is changed, and shows the types', async () => {
  const ports = await hooked({ status: 410 })
  const key = 'system/webhooks/mine.json'
  const events = ['batch.copied', 'label-set.built']
  const newer = { ...jsonAt(ports.world, key), schemaVersion: 9, events, filter: { batch: 'b' } }
  newer.secrets[0].algorithm = 'ed25519'
  await ports.objects.put(key, JSON.stringify(newer))
  await happen(ports)
  await drainEvents(ports)
  await enableWebhook('mine', ports)
  const { json } = await callEndpoint(rotateSecret, ports, { params: { webhook: 'mine' }, isNewer: true })
  expect(json).toMatchObject({ events, state: 'enabled' })
  expect(json).not.toHaveProperty('filter')
  const kept = jsonAt(ports.world, key)
  expect(kept).toMatchObject({ schemaVersion: 9, events, filter: { batch: 'b' }, stoppedAt: expect.any(String) })
  expect(kept.secrets).toMatchObject([{}, { algorithm: 'ed25519' }])
  expect(kept).not.toHaveProperty('disabled')
})
