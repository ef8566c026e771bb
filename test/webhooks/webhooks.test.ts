import { describe, expect, it } from '@jest/globals'
import { PageQuery } from '../../shared/contracts/page.ts'
import { enableWebhook } from '../../shared/webhooks/enable.ts'
import { listWebhooks } from '../../shared/webhooks/list.ts'
import { DeliveryQuery, listDeliveries } from '../../shared/webhooks/list-deliveries.ts'
import { registerWebhook } from '../../shared/webhooks/register.ts'
import { removeWebhook } from '../../shared/webhooks/remove.ts'
import { getWebhook } from '../../shared/webhooks/store.ts'
import { WebhookName, WebhookRequest } from '../../shared/webhooks/webhook.ts'
import { drainEvents } from '../support/broker/drain.ts'
import { apiPorts, deliveriesIn, HOOK, happen, hooked, register } from '../support/fixtures/hooked.ts'
import { jsonAt, keysUnder } from '../support/world/bucket-contents.ts'
import { SimulatedCrash } from '../support/world/call.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const REQUEST: WebhookRequest = { url: HOOK, events: ['batch.copied', 'batch.failed'] }
const put = (ports: MemoryPorts, changes: Partial<WebhookRequest> = {}, validateOnly = false) =>
  registerWebhook('mine', { ...REQUEST, ...changes }, { validateOnly }, ports)
const ALL = PageQuery.parse({ limit: '1000' })

describe('PUT /v1/webhooks/{webhook}', () => {
  it('returns a random 32-byte secret only when it creates the webhook', async () => {
    const ports = apiPorts()
    const first = await put(ports)
    expect(first).toMatchObject({
      created: {
        webhook: 'mine',
        events: REQUEST.events,
        state: 'enabled',
        secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
      },
    })
    expect(await put(ports)).toEqual({ view: expect.not.objectContaining({ secret: expect.anything() }) })
    expect(await put(ports)).toMatchObject({ view: { webhook: 'mine', createdAt: '2026-01-02T03:04:05.000Z' } })
    expect(await register(ports, 'other')).not.toBe('created' in first ? first.created.secret : '')
  })

  it('ignores the order of event types when repeated, and refuses another URL or other types', async () => {
    const ports = apiPorts()
    await put(ports)
    expect(await put(ports, { events: REQUEST.events.toReversed() })).toMatchObject({
      view: { events: REQUEST.events },
    })
    await expect(put(ports, { url: `${HOOK}2`, events: ['batch.copied'] })).rejects.toMatchObject({
      code: 'conflict',
      issues: [{ at: 'body.url' }, { at: 'body.events' }],
    })
  })

  it('normalizes the URL, so that equivalent spellings are the same request', async () => {
    const ports = apiPorts()
    const url = 'HTTPS://Hooks.Groundwork.DEV:443/a/../in key?x=ü'
    const normalized = 'https://hooks.groundwork.dev/in%20key?x=%C3%BC'
    expect(await put(ports, { url })).toMatchObject({ created: { url: 'https://hooks.groundwork.dev/in%20key?…' } })
    for (const again of [url, normalized])
      expect(await put(ports, { url: again })).toMatchObject({ view: { webhook: 'mine' } })
    expect((await getWebhook('mine', ports)).url).toBe(normalized)
  })

  it('returns a preview or the existing webhook with validateOnly, and writes nothing', async () => {
    const ports = apiPorts()
    expect(await put(ports, {}, true)).toMatchObject({ view: { webhook: 'mine', state: 'enabled' } })
    expect(ports.world.stored.size).toBe(0)
    await put(ports)
    await expect(put(ports, { url: `${HOOK}2` }, true)).rejects.toMatchObject({ code: 'conflict' })
  })

  it.each([
    'http://hooks.groundwork.dev/',
    'https://user:password@hooks.groundwork.dev/',
    'https://hooks.groundwork.dev:8443/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:10.0.0.1]/',
    'https://127.0.0.1/',
    'nonsense?key=hidden',
    'file:///etc/passwd',
    'https://hooks.groundwork.dev/in#hidden',
    'https://hooks.groundwork.dev/in#',
  ])('refuses the URL %s without repeating its secrets', async (url) => {
    const ports = apiPorts()
    const refused = await put(ports, { url }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'bad-source', issues: [{ at: 'body.url' }] })
    expect(JSON.stringify([refused, String(refused)])).not.toMatch(/hidden|password@/)
    expect(ports.world.stored.size).toBe(0)
  })

  it.each([
    { events: [] },
    { events: ['batch.copied', 'batch.copied'] },
    { events: ['webhook.test'] },
    { events: ['batch.unheard-of'] },
    { url: `https://hooks.groundwork.dev/${'x'.repeat(2048)}` },
    { secret: 'mine' },
  ])('rejects the body %j', (changes) => {
    expect(WebhookRequest.safeParse({ ...REQUEST, ...changes }).success).toBe(false)
  })

  it('accepts the same names as batches', () => {
    expect(['a', 'A-1', 'x'.repeat(63)].every((name) => WebhookName.safeParse(name).success)).toBe(true)
    for (const name of ['', '-a', 'a-', 'a/b', 'a.b', 'x'.repeat(64), 'é'])
      expect([name, WebhookName.safeParse(name).success]).toEqual([name, false])
  })

  it('refuses to create more than a hundred webhooks', async () => {
    const ports = apiPorts()
    for (let number = 0; number < 100; number++) await register(ports, `hook-${number}`)
    await expect(put(ports)).rejects.toMatchObject({ code: 'quota-reached' })
    expect(await register(ports, 'hook-7')).toBe('')
  })

  it('creates one webhook for concurrent requests, and returns the secret to one of them', async () => {
    const ports = apiPorts()
    const results = await Promise.all([put(ports), put(ports), put(ports)])
    expect(results.filter((result) => 'created' in result)).toHaveLength(1)
  })
})

describe('webhook lists', () => {
  it('return webhooks sorted by name, in pages, without secrets', async () => {
    const ports = apiPorts()
    for (const name of ['b', 'a-1', 'a', 'c']) await register(ports, name)
    const first = await listWebhooks(PageQuery.parse({ limit: '3' }), ports)
    expect(first.items.map(({ webhook }) => webhook)).toEqual(['a', 'a-1', 'b'])
    const second = await listWebhooks(PageQuery.parse({ limit: '3', cursor: first.nextCursor }), ports)
    expect(second).toEqual({ items: [expect.objectContaining({ webhook: 'c' })] })
    expect(JSON.stringify([first, second])).not.toContain('whsec_')
  })

  it('return deliveries newest event first, and stay stable while others are added', async () => {
    const ports = await hooked({ status: 500 })
    const day = (number: number) => `2026-01-0${number}T00:00:00.000Z`
    for (const time of [2, 1, 3]) await happen(ports, { dedupKey: time, timestamp: day(time) })
    await drainEvents(ports, { until: ports.world.now })
    const first = await listDeliveries('mine', DeliveryQuery.parse({ limit: '2' }), ports)
    await happen(ports, { dedupKey: 4, timestamp: day(4) })
    await drainEvents(ports, { until: ports.world.now })
    const second = await listDeliveries('mine', DeliveryQuery.parse({ limit: '2', cursor: first.nextCursor }), ports)
    expect([first, second].map(({ items }) => items.map((item) => 'event' in item && item.event.timestamp))).toEqual([
      [day(3), day(2)],
      [day(1)],
    ])
    expect(second).not.toHaveProperty('nextCursor')
  })

  it('filter deliveries by state', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await drainEvents(ports)
    ports.world.receivers.delete(HOOK)
    await happen(ports, { dedupKey: 2 })
    await drainEvents(ports, { until: ports.world.now })
    const counts = ['pending', 'delivered', 'failed'].map(async (state) => {
      const { items } = await listDeliveries('mine', DeliveryQuery.parse({ state }), ports)
      return items.map((item) => item.state)
    })
    expect(await Promise.all(counts)).toEqual([['pending'], ['delivered'], []])
  })

  it('leave out deliveries of an earlier webhook of the same name', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await drainEvents(ports)
    await removeWebhook('mine', ports)
    await register(ports)
    expect(await listDeliveries('mine', DeliveryQuery.parse({}), ports)).toEqual({ items: [] })
  })
})

describe('DELETE /v1/webhooks/{webhook}', () => {
  it('removes everything, and resumes after a crash at any call', async () => {
    for (const at of [1, 2, 3, 4, 5, 6]) {
      const ports = await hooked({ status: 200 })
      await happen(ports)
      await drainEvents(ports)
      const before = ports.world.calls.length
      ports.world.fault = (_, number) => (number === before + at ? 'after' : undefined)
      await expect(removeWebhook('mine', ports)).rejects.toThrow(SimulatedCrash)
      ports.world.fault = () => undefined
      await removeWebhook('mine', ports).catch((error: unknown) => expect(error).toMatchObject({ code: 'not-found' }))
      expect([at, deliveriesIn(ports.world), keysUnder(ports.world, 'system/webhooks/')]).toEqual([at, [], []])
    }
  })

  it('hides the webhook from the first write on, and frees its name at the end', async () => {
    const ports = await hooked()
    ports.world.fault = ({ method }) => (method === 'list' ? 'before' : undefined)
    await expect(removeWebhook('mine', ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    await expect(getWebhook('mine', ports)).rejects.toMatchObject({ code: 'not-found' })
    await expect(enableWebhook('mine', ports)).rejects.toMatchObject({ code: 'not-found' })
    expect(await listWebhooks(ALL, ports)).toEqual({ items: [] })
    await expect(put(ports)).rejects.toMatchObject({ code: 'wrong-state', message: expect.stringContaining('DELETE') })
    await removeWebhook('mine', ports)
    expect(await put(ports)).toHaveProperty('created')
  })

  it('does not touch a webhook that was removed by another call and registered again', async () => {
    const ports = await hooked()
    let isFirst = true
    ports.world.pause = async ({ method }) => {
      if (!isFirst || method !== 'list') return
      isFirst = false
      await removeWebhook('mine', ports)
      await register(ports)
    }
    await removeWebhook('mine', ports)
    expect(await getWebhook('mine', ports)).toBeDefined()
  })

  it('leaves the deliveries of a corrupt webhook that is repaired meanwhile', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await drainEvents(ports)
    const key = 'system/webhooks/mine.json'
    const intact = JSON.stringify(jsonAt(ports.world, key))
    await ports.objects.put(key, '{')
    let isFirst = true
    ports.world.pause = async ({ method }) => {
      if (!isFirst || method !== 'list') return
      isFirst = false
      await ports.objects.put(key, intact)
    }
    await removeWebhook('mine', ports)
    expect(deliveriesIn(ports.world)).toHaveLength(1)
    expect(await getWebhook('mine', ports)).toBeDefined()
  })

  it('removes a corrupt webhook and its deliveries, and frees its name', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await drainEvents(ports)
    await ports.objects.put('system/webhooks/mine.json', '{"webhookId":')
    await removeWebhook('mine', ports)
    expect(keysUnder(ports.world, 'system/').filter((key) => key.includes('mine'))).toEqual([])
    expect(await put(ports)).toHaveProperty('created')
  })

  it('does not remove a webhook that was registered again while a corrupt one was being removed', async () => {
    const ports = await hooked({ status: 200 })
    await ports.objects.put('system/webhooks/mine.json', '{')
    ports.world.pause = async ({ method }) => {
      if (method !== 'list') return
      ports.world.pause = () => Promise.resolve()
      await removeWebhook('mine', ports)
      await register(ports)
      await happen(ports)
      await drainEvents(ports)
    }
    await removeWebhook('mine', ports)
    expect(await getWebhook('mine', ports)).toMatchObject({ url: HOOK })
    expect(deliveriesIn(ports.world)).toHaveLength(1)
  })

  it('answers not-found for an unknown webhook', async () => {
    await expect(removeWebhook('mine', apiPorts())).rejects.toMatchObject({ code: 'not-found' })
  })
})

it('a webhook that cannot be read for another reason is not skipped', async () => {
  const ports = await hooked({ status: 200 })
  await happen(ports)
  ports.world.fault = ({ key }) => (key === 'system/webhooks/mine.json' ? 'before' : undefined)
  expect(await drainEvents(ports)).toEqual(Array(5).fill(expect.any(SimulatedCrash)))
  await expect(listWebhooks(ALL, ports)).rejects.toThrow(SimulatedCrash)
})

it('enabling an enabled webhook changes nothing', async () => {
  const ports = await hooked()
  const before = jsonAt(ports.world, 'system/webhooks/mine.json')
  expect(await enableWebhook('mine', ports)).toMatchObject({ state: 'enabled' })
  expect(jsonAt(ports.world, 'system/webhooks/mine.json')).toEqual(before)
})
