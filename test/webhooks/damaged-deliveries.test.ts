import { describe, expect, it } from '@jest/globals'
import { endpoint as getDelivery } from '../../functions/webhooks/get-delivery.ts'
import { endpoint as listDeliveries } from '../../functions/webhooks/list-deliveries.ts'
import { endpoint as redeliver } from '../../functions/webhooks/redeliver.ts'
import { endpoint as removeWebhook } from '../../functions/webhooks/remove.ts'
import { worker as dispatchWorker } from '../../functions/workers/dispatch-event.ts'
import { resumeDeliveries } from '../../local/recovery/resume-deliveries.ts'
import { queueLambda } from '../../shared/platform/queue/worker.ts'
import { drainEvents } from '../support/broker/drain.ts'
import { DAMAGES } from '../support/fixtures/damages.ts'
import { deliveriesIn, HOOK, happen, hooked, register } from '../support/fixtures/hooked.ts'
import { callEndpoint } from '../support/http/call-endpoint.ts'
import { jsonAt, keysUnder } from '../support/world/bucket-contents.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const only = (ports: MemoryPorts, folder: string): string => {
  const [name, ...others] = keysUnder(ports.world, folder)
  if (name === undefined || others.length > 0) throw new Error(`${folder} has not one object`)
  return folder + name
}
const eventKey = (ports: MemoryPorts) => only(ports, 'system/events/')
const deliveryKey = (ports: MemoryPorts, webhook = 'mine') => only(ports, `system/deliveries/${webhook}/`)
const paramsFor = (ports: MemoryPorts) => {
  const delivery = /dlv_\w+/.exec(deliveryKey(ports))?.[0] ?? ''
  return { params: { webhook: 'mine', delivery } }
}
const corrupt = (key: string) => ({ code: 'corrupt-state', detail: expect.stringContaining(key) })

/** Returns ports on which an event was delivered to the webhook `mine`. */
async function delivered() {
  const ports = await hooked({ status: 200 })
  await happen(ports)
  await drainEvents(ports)
  return ports
}

/** Returns ports with an event whose dispatch was interrupted after its delivery had been created. */
async function interrupted() {
  const ports = await hooked({ status: 200 })
  await register(ports, 'other')
  await happen(ports)
  ports.world.fault = ({ port, key }) => (port === 'messages' && key === 'deliveries' ? 'before' : undefined)
  await drainEvents(ports, { until: ports.world.now })
  ports.world.fault = () => undefined
  return ports
}

it.each(['1', '2', '100'])(
  'objects that no call can address are skipped in a list with a limit of %s',
  async (limit) => {
    const ports = await delivered()
    await happen(ports, { dedupKey: 2, timestamp: '2026-01-01T00:00:00.000Z' })
    await drainEvents(ports)
    const keys = keysUnder(ports.world, 'system/deliveries/mine/').map((key) => `system/deliveries/mine/${key}`)
    const folder = keys[0]?.slice(0, keys[0].lastIndexOf('/') + 1)
    for (const name of ['', '0 copy.json', 'dlv copy.json', 'old/', 'zz.json'])
      await ports.objects.put(folder + name, '{}')
    const listed: string[] = []
    for (let query: Record<string, string> | undefined = { limit }; query; ) {
      const { status, json } = await callEndpoint(listDeliveries, ports, { params: { webhook: 'mine' }, query })
      expect(status).toBe(200)
      listed.push(...json.items.map(({ delivery }: { delivery: string }) => `${folder}${delivery}.json`))
      query = json.nextCursor && { limit, cursor: json.nextCursor }
    }
    expect(listed).toEqual(keys)
  },
)

describe.each(DAMAGES)('a delivery whose object is %s', (_, text) => {
  it('is listed as unreadable, and the others as they are', async () => {
    const ports = await delivered()
    const key = deliveryKey(ports)
    const { delivery } = paramsFor(ports).params
    await happen(ports, { dedupKey: 2, timestamp: '2026-01-01T00:00:00.000Z' })
    await drainEvents(ports)
    await ports.objects.put(key, text)
    const list = async (query = {}) =>
      (await callEndpoint(listDeliveries, ports, { params: { webhook: 'mine' }, query })).json.items
    const unreadable = { delivery, state: 'unreadable', problem: { ...corrupt(key), errors: [] } }
    const other = expect.objectContaining({ state: 'delivered' })
    expect(await list()).toEqual([unreadable, other])
    expect(await list({ state: 'delivered' })).toEqual([other])
    expect(await list({ state: 'unreadable' })).toEqual([unreadable])
  })

  it.each([
    ['GET', getDelivery],
    ['POST redeliver', redeliver],
  ])('answers corrupt-state to %s', async (_, endpoint) => {
    const ports = await delivered()
    const request = paramsFor(ports)
    const key = deliveryKey(ports)
    await ports.objects.put(key, text)
    const { status, json } = await callEndpoint(endpoint, ports, request)
    expect([status, json]).toEqual([500, expect.objectContaining(corrupt(key))])
    expect(JSON.stringify([json, ports.world.logged])).not.toContain('whsec_hidden')
  })

  it('is written again while its event is being dispatched, and keeps the event from no webhook', async () => {
    const ports = await interrupted()
    await ports.objects.put(deliveryKey(ports), text)
    await happen(ports)
    expect(await drainEvents(ports)).toEqual([])
    expect(deliveriesIn(ports.world)).toMatchObject([
      { webhook: 'mine', state: 'delivered' },
      { webhook: 'other', state: 'delivered' },
    ])
  })

  it('fails its own messages until the queue keeps them, and is removed with its webhook', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await drainEvents(ports, { until: ports.world.now })
    await ports.objects.put(deliveryKey(ports), text)
    const errors = await drainEvents(ports)
    expect(errors.length).toBeGreaterThan(0)
    expect(errors).toEqual(errors.map(() => expect.objectContaining({ code: 'corrupt-state' })))
    expect((await callEndpoint(removeWebhook, ports, { params: { webhook: 'mine' } })).status).toBe(204)
    expect(keysUnder(ports.world, 'system/deliveries/')).toEqual([])
  })
})

describe.each([...DAMAGES, ['missing', undefined] as const])('an event whose object is %s', (_, text) => {
  const damage = async (ports: MemoryPorts, key: string) =>
    text === undefined ? void (await ports.objects.remove([{ key }])) : void (await ports.objects.put(key, text))

  it('is written again from its message', async () => {
    const ports = await interrupted()
    await damage(ports, eventKey(ports))
    await happen(ports)
    expect(await drainEvents(ports)).toEqual([])
    expect(jsonAt(ports.world, eventKey(ports))).toMatchObject({
      data: { batch: 'b', copied: 3 },
      dispatchedAt: expect.any(String),
    })
    expect(ports.world.received.map(({ url }) => url)).toEqual([HOOK, HOOK])
  })

  it('ends its deliveries as failed, with a problem that names it', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await drainEvents(ports, { until: ports.world.now })
    const key = eventKey(ports)
    await damage(ports, key)
    expect(await drainEvents(ports)).toEqual([])
    const { status, json } = await callEndpoint(getDelivery, ports, paramsFor(ports))
    expect(status).toBe(200)
    expect(json).toMatchObject({ state: 'failed', attempts: [{ number: 1 }], problem: corrupt(key) })
    expect(json).not.toHaveProperty('payload')
  })

  it('cannot be sent again', async () => {
    const ports = await delivered()
    const key = eventKey(ports)
    await damage(ports, key)
    const { json } = await callEndpoint(redeliver, ports, paramsFor(ports))
    expect(json).toMatchObject(text === undefined ? { code: 'not-found' } : corrupt(key))
    expect(ports.world.sent.deliveries).toEqual([])
  })

  it('does not keep the local stack from sending everything else again', async () => {
    const ports = await interrupted()
    await damage(ports, eventKey(ports))
    await happen(ports, { dedupKey: 2 })
    ports.world.fault = ({ port, key }) => (port === 'messages' && key === 'deliveries' ? 'before' : undefined)
    await drainEvents(ports, { until: ports.world.now })
    ports.world.fault = () => undefined
    ports.world.sent.events.splice(0)
    await resumeDeliveries(ports)
    expect(ports.world.sent.events).toHaveLength(1)
  })
})

it('a delivered event that is damaged later still shows its delivery, with the problem and without payload', async () => {
  const ports = await delivered()
  const key = eventKey(ports)
  await ports.objects.put(key, '{')
  const { json } = await callEndpoint(getDelivery, ports, paramsFor(ports))
  expect(json).toMatchObject({ state: 'delivered', problem: corrupt(key) })
  expect(json).not.toHaveProperty('payload')
})

it('a copy of another delivery under its key is corrupt, and neither of the two is changed', async () => {
  const ports = await interrupted()
  const [mine, other] = [deliveryKey(ports), deliveryKey(ports, 'other')]
  await ports.objects.put(mine, JSON.stringify(jsonAt(ports.world, other)))
  const { status, json } = await callEndpoint(redeliver, ports, paramsFor(ports))
  expect([status, json.code]).toEqual([500, 'corrupt-state'])
})

it('a delivery and an event of a newer version keep their fields, names and version when they are changed', async () => {
  const ports = await hooked({ status: 500 })
  await happen(ports)
  await drainEvents(ports, { until: ports.world.now })
  const [event, delivery] = [eventKey(ports), deliveryKey(ports)]
  const { dispatchedAt: _, ...stored } = jsonAt(ports.world, event)
  const newer = { schemaVersion: 8, priority: 'high' }
  await ports.objects.put(event, JSON.stringify({ ...stored, ...newer }))
  const state = jsonAt(ports.world, delivery)
  const attempts = [{ ...state.attempts[0], outcome: 'throttled', region: 'eu' }]
  await ports.objects.put(delivery, JSON.stringify({ ...state, ...newer, attempts }))
  await happen(ports)
  await drainEvents(ports)
  const { json } = await callEndpoint(redeliver, ports, { ...paramsFor(ports), isNewer: true })
  expect(json.attempts[0]).toMatchObject({ outcome: 'throttled' })
  expect(json.attempts[0]).not.toHaveProperty('region')
  expect(jsonAt(ports.world, event)).toMatchObject({ ...newer, dispatchedAt: expect.any(String) })
  const kept = jsonAt(ports.world, delivery)
  expect(kept).toMatchObject({ ...newer, state: 'pending' })
  expect(kept.attempts[0]).toMatchObject({ outcome: 'throttled', region: 'eu' })
})

describe('an event of a type that only a newer version knows', () => {
  const type = 'label-set.built'
  const message = (requestId = 'r') => ({
    ...{ id: `evt_${'0'.repeat(32)}`, timestamp: '2026-01-02T03:04:05.000Z', type, data: { set: 's' }, requestId },
  })

  it('is redelivered by its queue, and not dropped', async () => {
    const ports = await hooked({ status: 200 })
    const handler = queueLambda(dispatchWorker, () => ports)
    const record = { messageId: 'm1', body: JSON.stringify(message()) }
    // The handler reads no other field.
    const failed = await handler({ Records: [record] } as never, {} as never)
    expect(failed.batchItemFailures).toEqual([{ itemIdentifier: 'm1' }])
    expect(keysUnder(ports.world, 'system/events/')).toEqual([])
  })

  it('that is stored stays for that version when the local stack starts', async () => {
    const ports = await hooked({ status: 200 })
    await ports.objects.put(`system/events/${message().id}.json`, JSON.stringify(message()))
    await resumeDeliveries(ports)
    expect(ports.world.sent.events).toEqual([])
    expect(jsonAt(ports.world, `system/events/${message().id}.json`)).toEqual(message())
  })

  it('is delivered as it is when that version had dispatched it', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await drainEvents(ports, { until: ports.world.now })
    const [event, delivery] = [eventKey(ports), deliveryKey(ports)]
    await ports.objects.put(event, JSON.stringify({ ...jsonAt(ports.world, event), type }))
    const state = jsonAt(ports.world, delivery)
    await ports.objects.put(delivery, JSON.stringify({ ...state, event: { ...state.event, type } }))
    ports.world.receivers.set(HOOK, { status: 200 })
    expect(await drainEvents(ports)).toEqual([])
    expect(JSON.parse(ports.world.received.at(-1)?.body ?? '')).toMatchObject({ type, data: { batch: 'b' } })
    expect(jsonAt(ports.world, delivery)).toMatchObject({ state: 'delivered', event: { type } })
  })
})
