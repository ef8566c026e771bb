import { describe, expect, it } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { resumeDeliveries } from '../../local/recovery/resume-deliveries.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { PageQuery } from '../../shared/contracts/page.ts'
import { EventMessage } from '../../shared/platform/state/domain-event.ts'
import { deliverWebhook } from '../../shared/webhooks/deliver.ts'
import { DeliveryMessage, DeliveryView } from '../../shared/webhooks/delivery.ts'
import { describeDelivery } from '../../shared/webhooks/describe-delivery.ts'
import { dispatchEvent } from '../../shared/webhooks/dispatch-event.ts'
import { disableWebhook, enableWebhook } from '../../shared/webhooks/enable.ts'
import { listDeliveries } from '../../shared/webhooks/list-deliveries.ts'
import { redeliver } from '../../shared/webhooks/redeliver.ts'
import { removeWebhook } from '../../shared/webhooks/remove.ts'
import { rotateSecret } from '../../shared/webhooks/rotate-secret.ts'
import { sendTestEvent } from '../../shared/webhooks/send-test.ts'
import { getWebhook } from '../../shared/webhooks/store.ts'
import { drainEvents } from '../support/broker/drain.ts'
import { apiPorts, attemptSeconds, deliveriesIn, HOOK, happen, hooked, register } from '../support/fixtures/hooked.ts'
import { type Call, SimulatedCrash } from '../support/world/call.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { ReceivedRequest } from '../support/world/receivers.ts'

/** Compares signatures, because the library's `verify` uses the system clock, not that of the test. */
function isSignedWith(secret: string, { headers, body }: ReceivedRequest): boolean {
  const { 'webhook-id': id = '', 'webhook-timestamp': seconds, 'webhook-signature': signatures = '' } = headers
  return signatures.split(' ').includes(new Webhook(secret).sign(id, new Date(Number(seconds) * 1000), body))
}

const only = <Item>(items: readonly Item[]): Item => {
  expect(items).toHaveLength(1)
  return items[0]!
}
const later = ({ world }: MemoryPorts, seconds: number) => {
  world.now = new Date(world.now.getTime() + seconds * 1000)
}
/** Runs `act` while the first matching call hangs. */
function beside(ports: MemoryPorts, isMatch: (call: Call) => boolean, act: () => Promise<unknown>): void {
  ports.world.pause = async (call) => {
    if (!isMatch(call)) return
    ports.world.pause = () => Promise.resolve()
    await act()
  }
}
const isRequest = ({ port }: Call) => port === 'receivers'
/** Dispatches the published event, and returns the message of its only delivery. */
async function dispatchOnly(ports: MemoryPorts): Promise<DeliveryMessage> {
  await dispatchEvent(EventMessage.parse(only(ports.world.sent.events.splice(0))), ports)
  return DeliveryMessage.parse(only(ports.world.sent.deliveries.splice(0)))
}
const HOUR = 3600
/** The documented schedule: seconds from each attempt to the next. */
const DELAYS = [5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]

describe('delivering an event', () => {
  it('sends the signed data with a link to the resource', async () => {
    const ports = await hooked({ status: 204 })
    await happen(ports)
    expect(await drainEvents(ports)).toEqual([])
    const request = only(ports.world.received)
    expect(isSignedWith(ports.secret, request)).toBe(true)
    expect(JSON.parse(request.body)).toEqual({
      type: 'batch.copied',
      timestamp: '2026-01-02T03:04:05.000Z',
      data: { batch: 'b', batchId: 'id1', copied: 3, link: 'https://api.groundwork.dev/v1/batches/b' },
    })
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'groundwork/0.1.0',
      'webhook-id': expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      'webhook-timestamp': '1767323045',
    })
    expect(only(deliveriesIn(ports.world))).toMatchObject({
      state: 'delivered',
      attempts: [{ number: 1, outcome: 'delivered', status: 204 }],
    })
  })

  it('sends it only to webhooks that subscribe to its type', async () => {
    const ports = apiPorts()
    for (const name of ['a', 'b', 'c']) {
      const url = `${HOOK}&${name}`
      ports.world.receivers.set(url, { status: 200 })
      await register(ports, name, { url, events: name === 'b' ? ['dataset.ready'] : ['batch.failed', 'batch.copied'] })
    }
    await happen(ports)
    await drainEvents(ports)
    expect(ports.world.received.map(({ url }) => url)).toEqual([`${HOOK}&a`, `${HOOK}&c`])
  })

  it('keeps the id and the first content when it is published again', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await happen(ports, { timestamp: '2026-02-02T00:00:00.000Z', data: { batch: 'b', copied: 4 } })
    await drainEvents(ports, { times: 3 })
    await happen(ports)
    await drainEvents(ports)
    expect(JSON.parse(only(ports.world.received).body).data.copied).toBe(3)
  })

  it('does not send it to webhooks that were registered later', async () => {
    const ports = apiPorts()
    await happen(ports)
    await drainEvents(ports)
    await register(ports)
    await happen(ports)
    await drainEvents(ports)
    expect(deliveriesIn(ports.world)).toEqual([])
  })

  it('omits the largest fields, and names them, to stay below 20 kB', async () => {
    const ports = await hooked({ status: 200 })
    const failures = Array.from({ length: 1000 }, (_, image) => ({ imageId: `${image}`, reason: 'it is missing' }))
    await happen(ports, { data: { batch: 'b', missing: 1000, failures, note: 'é'.repeat(10_000) } })
    await drainEvents(ports)
    const { body } = only(ports.world.received)
    expect(Buffer.byteLength(body)).toBeLessThan(20_000)
    expect(JSON.parse(body).data).toEqual({
      batch: 'b',
      missing: 1000,
      omitted: ['failures', 'note'],
      link: 'https://api.groundwork.dev/v1/batches/b',
    })
  })

  it.each([
    [16_000, ['batch', 'note', 'link']],
    [16_001, ['batch', 'omitted', 'link']],
  ])('sends data of %i bytes with the fields %j', async (bytes, fields) => {
    const ports = await hooked({ status: 200 })
    const envelope = Buffer.byteLength(JSON.stringify({ batch: 'b', note: '' }))
    await happen(ports, { data: { batch: 'b', note: 'x'.repeat(bytes - envelope) } })
    await drainEvents(ports)
    const { body } = only(ports.world.received)
    expect(Object.keys(JSON.parse(body).data)).toEqual(fields)
    expect(Buffer.byteLength(body)).toBeLessThan(20_000)
  })

  it.each([
    [200, 1000],
    [2000, 20],
  ])('keeps what fits of %i fields of %i bytes, and names twenty of the omitted ones', async (count, bytes) => {
    const ports = await hooked({ status: 200 })
    const fields = Array.from({ length: count }, (_, at) => [`field-${at}`, 'x'.repeat(bytes)])
    await happen(ports, { data: { batch: 'b', ...Object.fromEntries(fields) } })
    await drainEvents(ports)
    const { body } = only(ports.world.received)
    expect(JSON.parse(body).data).toMatchObject({ batch: 'b', link: 'https://api.groundwork.dev/v1/batches/b' })
    expect(JSON.parse(body).data.omitted).toHaveLength(20)
    expect(Buffer.byteLength(body)).toBeGreaterThan(15_000)
    expect(Buffer.byteLength(body)).toBeLessThan(20_000)
  })

  it.each([
    ['dataset.failed', { dataset: 'd' }, '/v1/datasets/d'],
    ['batch.failed', { batch: 'a b/ü?' }, '/v1/batches/a%20b%2F%C3%BC%3F'],
    ['manifest.written', { batch: 'b' }, '/v1/batches/b/manifest'],
    ['labeling-job.completed', { job: 'J-1', batch: 'b' }, '/v1/labeling-jobs/J-1'],
    ['batch.selected', {}, undefined],
  ] as const)('links %s with the data %j to %s', async (type, data, link) => {
    const ports = apiPorts()
    ports.world.receivers.set(HOOK, { status: 200 })
    await register(ports, 'mine', { events: [type] })
    await happen(ports, { type, data })
    await drainEvents(ports)
    const { data: sent } = JSON.parse(only(ports.world.received).body)
    expect(sent).toEqual({ ...data, ...(link && { link: `https://api.groundwork.dev${link}` }) })
  })
})

describe('delivering to an unreachable receiver', () => {
  it('makes ten attempts in three days, on the documented schedule', async () => {
    const ports = await hooked()
    await happen(ports)
    await drainEvents(ports)
    const { state, attempts } = only(deliveriesIn(ports.world))
    expect([state, attempts.length, attempts.at(-1)?.number]).toEqual(['failed', 10, 10])
    const times = attempts.map(({ startedAt }) => Date.parse(startedAt) / 1000)
    for (const [index, delay] of DELAYS.entries()) {
      const waited = times[index + 1]! - times[index]!
      expect(waited).toBeGreaterThanOrEqual(delay * 0.9)
      // SQS delays are whole seconds.
      expect(waited).toBeLessThanOrEqual(delay * 1.1 + 1)
    }
    expect(attempts.map(({ outcome, problem }) => [outcome, problem?.code])).toEqual(
      Array(10).fill(['failed', 'upstream-failed']),
    )
  })

  it('delivers once when the receiver is back', async () => {
    const ports = await hooked()
    await happen(ports)
    await drainEvents(ports, { until: new Date(ports.world.now.getTime() + 10_000) })
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'pending', attempts: [{}, {}], next: { number: 3 } })
    ports.world.receivers.set(HOOK, { status: 200 })
    await drainEvents(ports)
    expect(ports.world.received).toHaveLength(1)
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'delivered', attempts: [{}, {}, {}] })
    expect(attemptSeconds(ports.world)).toEqual([0])
  })

  it('delays messages by at most 15 minutes', async () => {
    const ports = await hooked({ status: 500 })
    const delays: number[] = []
    const { send } = ports.messages
    const messages: MemoryPorts['messages'] = {
      send: async (queue, batch, seconds = 0) => {
        if (queue === 'deliveries') delays.push(seconds)
        await send(queue, batch, seconds)
      },
    }
    const watched = { ...ports, messages }
    await happen(watched)
    await drainEvents(watched)
    expect(Math.max(...delays)).toBe(900)
    expect(ports.world.received).toHaveLength(10)
    // Three days in steps of 15 minutes, and no more messages than that.
    expect(delays.length).toBeLessThan(330)
  })

  it('does not delay other webhooks', async () => {
    const ports = await hooked()
    const other = `${HOOK}&other`
    ports.world.receivers.set(other, { status: 200 })
    await register(ports, 'other', { url: other })
    await happen(ports)
    await drainEvents(ports, { until: new Date(ports.world.now.getTime() + 1000) })
    expect(deliveriesIn(ports.world).map(({ webhook, state }) => [webhook, state])).toEqual([
      ['mine', 'pending'],
      ['other', 'delivered'],
    ])
  })
})

describe('the response of a receiver', () => {
  const attemptsWith = async (behaviour: Parameters<typeof hooked>[0]) => {
    const ports = await hooked(behaviour)
    await happen(ports)
    await drainEvents(ports)
    return { ports, delivery: only(deliveriesIn(ports.world)) }
  }

  it.each([200, 201, 202, 204, 299])('with status %i counts as delivered', async (status) => {
    const { ports, delivery } = await attemptsWith({ status })
    expect([delivery.state, ports.world.received.length]).toEqual(['delivered', 1])
  })

  it.each([301, 304, 307, 400, 401, 404, 409, 500, 502])('with status %i is refused and retried', async (status) => {
    const { delivery } = await attemptsWith({ status })
    expect([delivery.state, delivery.attempts.length]).toEqual(['failed', 10])
    expect(delivery.attempts[0]).toMatchObject({ outcome: 'refused', status })
  })

  it.each([200, 599, 999])('with status %i is listed as the contract says', async (status) => {
    const { ports, delivery } = await attemptsWith({ status })
    const view = await describeDelivery('mine', delivery.delivery, ports)
    expect(DeliveryView.safeParse(view).error).toBeUndefined()
  })

  it('that breaks off counts as failed', async () => {
    const { delivery } = await attemptsWith('hangs-up')
    expect(delivery.attempts[0]).toMatchObject({ outcome: 'failed', problem: { code: 'upstream-failed' } })
    expect(delivery.attempts).toHaveLength(10)
  })

  it('times out after 15 seconds', async () => {
    const { delivery } = await attemptsWith('silent')
    expect(delivery.attempts[0]).toMatchObject({
      outcome: 'failed',
      milliseconds: 15_000,
      problem: { code: 'upstream-timeout' },
    })
  })

  it('does not change the id and body of retries, each with a timestamp of its own', async () => {
    const { ports } = await attemptsWith({ status: 500 })
    const { received } = ports.world
    expect(new Set(received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1)
    expect(attemptSeconds(ports.world)).toEqual(attemptSeconds(ports.world).toSorted((left, right) => left - right))
    expect(received.every((request) => isSignedWith(ports.secret, request))).toBe(true)
  })

  it.each([
    [429, '60', 60],
    [503, '60', 60],
    [500, '60', 5],
    [301, '60', 5],
    [429, 'Fri, 02 Jan 2026 03:06:05 GMT', 120],
    [429, 'nonsense', 5],
    [429, '1', 5],
    [429, '99999999', 24 * HOUR],
    [429, '99999999999', 24 * HOUR],
    [429, '9'.repeat(400), 24 * HOUR],
  ])('with status %i and Retry-After %s leads to a retry in %i seconds', async (status, retryAfter, seconds) => {
    const ports = await hooked({ status, retryAfter })
    await happen(ports)
    await drainEvents(ports, { until: ports.world.now })
    const { next, attempts } = only(deliveriesIn(ports.world))
    const waited = (Date.parse(next?.at ?? '') - Date.parse(attempts[0]?.endedAt ?? '')) / 1000
    expect(Math.abs(waited - seconds)).toBeLessThanOrEqual(seconds === 5 ? 0.5 : 0)
  })

  it('is not awaited from a host that now resolves to a private address, and the attempt is retried', async () => {
    const ports = await hooked({ status: 200 })
    // Host names are resolved for each attempt: one that was public at registration may be private now.
    const closed = new AppError('bad-source', '"hooks.groundwork.dev" has no public address.')
    ports.world.fault = ({ port }) => (port === 'receivers' && ports.world.received.length === 0 ? closed : undefined)
    await happen(ports)
    await drainEvents(ports, { until: ports.world.now })
    expect(only(deliveriesIn(ports.world))).toMatchObject({
      state: 'pending',
      attempts: [{ outcome: 'failed', problem: { code: 'bad-source', detail: closed.message } }],
    })
    expect(ports.world.received).toEqual([])
  })
})

describe('a receiver that answers 410', () => {
  /** Returns ports where two events wait for their second attempt when the receiver answers 410 to a third. */
  async function portsAfterGone() {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await happen(ports, { dedupKey: 2 })
    await drainEvents(ports, { until: ports.world.now })
    ports.world.receivers.set(HOOK, { status: 410 })
    later(ports, 1)
    await happen(ports, { dedupKey: 3 })
    await drainEvents(ports, { until: ports.world.now })
    return ports
  }

  it('disables its webhook, and stops all pending deliveries', async () => {
    const ports = await portsAfterGone()
    expect((await getWebhook('mine', ports)).disabled).toMatchObject({ reason: 'The receiver answered 410 Gone.' })
    const { items } = await listDeliveries('mine', PageQuery.parse({}), ports)
    expect(items.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped'])
    await happen(ports, { dedupKey: 4 })
    await drainEvents(ports)
    expect(deliveriesIn(ports.world).map(({ state }) => state)).toEqual(Array(4).fill('stopped'))
    expect(ports.world.received).toHaveLength(3)
  })

  it('gets new events once it is enabled again; stopped ones can be redelivered', async () => {
    const ports = await portsAfterGone()
    later(ports, 1)
    await enableWebhook('mine', ports)
    ports.world.receivers.set(HOOK, { status: 200 })
    await happen(ports, { dedupKey: 5 })
    await drainEvents(ports)
    expect(ports.world.received).toHaveLength(4)
    const stopped = deliveriesIn(ports.world).filter(({ state }) => state === 'stopped')
    expect(stopped).toHaveLength(3)
    for (const { delivery } of stopped) await redeliver('mine', delivery, ports)
    await drainEvents(ports)
    expect(deliveriesIn(ports.world).map(({ state }) => state)).toEqual(Array(4).fill('delivered'))
  })

  it('gets no events from the time while it was disabled', async () => {
    const ports = await portsAfterGone()
    later(ports, 1)
    await happen(ports, { dedupKey: 4 })
    await dispatchEvent(EventMessage.parse(only(ports.world.sent.events.splice(0))), ports)
    await enableWebhook('mine', ports)
    ports.world.receivers.set(HOOK, { status: 200 })
    await drainEvents(ports)
    expect(deliveriesIn(ports.world).map(({ state }) => state)).toEqual(Array(4).fill('stopped'))
    expect(ports.world.received).toHaveLength(3)
  })

  it('does not disable a webhook that was registered under the same name meanwhile', async () => {
    const ports = await hooked({ status: 410 })
    await happen(ports)
    beside(ports, isRequest, async () => {
      await removeWebhook('mine', ports)
      await register(ports)
    })
    await drainEvents(ports)
    expect(ports.world.received).toHaveLength(1)
    expect(await getWebhook('mine', ports)).not.toHaveProperty('disabled')
    expect(deliveriesIn(ports.world)).toEqual([])
  })

  it('can still accept an attempt under way: its delivery is pending, not stopped', async () => {
    const ports = await hooked({ status: 200 })
    const { webhookId } = await getWebhook('mine', ports)
    await happen(ports)
    beside(ports, isRequest, async () => {
      await disableWebhook('mine', webhookId, 'Its other answer was 410.', ports)
      const { items } = await listDeliveries('mine', PageQuery.parse({}), ports)
      expect(items).toMatchObject([{ state: 'pending', attempts: [{ outcome: 'under-way' }] }])
    })
    await drainEvents(ports)
    expect(only(deliveriesIn(ports.world)).state).toBe('delivered')
  })

  it('refuses tests and redeliveries while it is disabled, and names the endpoint that enables it', async () => {
    const ports = await portsAfterGone()
    const [first] = deliveriesIn(ports.world)
    for (const refused of [sendTestEvent('mine', ports), redeliver('mine', first?.delivery ?? '', ports)])
      await expect(refused).rejects.toMatchObject({
        code: 'wrong-state',
        message: expect.stringContaining('POST /v1/webhooks/mine/enable'),
      })
  })
})

describe('rotating the secret', () => {
  it('signs with the new secret at once, and with the old one too for 24 hours', async () => {
    const ports = await hooked({ status: 200 })
    const { secret, previousSecretUntil } = await rotateSecret('mine', ports)
    expect(previousSecretUntil).toBe('2026-01-03T03:04:05.000Z')
    await happen(ports)
    await drainEvents(ports)
    later(ports, 24 * HOUR)
    await happen(ports, { dedupKey: 2 })
    await drainEvents(ports)
    expect(
      ports.world.received.map((request) => [secret, ports.secret].map((signer) => isSignedWith(signer, request))),
    ).toEqual([
      [true, true],
      [true, false],
    ])
  })

  it('does not extend the time of previous secrets', async () => {
    const ports = await hooked({ status: 200 })
    const { secret: second } = await rotateSecret('mine', ports)
    later(ports, 12 * HOUR)
    const { secret: third } = await rotateSecret('mine', ports)
    for (const time of [1, 2, 3]) {
      await happen(ports, { dedupKey: time })
      await drainEvents(ports)
      later(ports, 12 * HOUR)
    }
    const signing = ports.world.received.map((request) =>
      [ports.secret, second, third].map((signer) => isSignedWith(signer, request)),
    )
    expect(signing).toEqual([
      [true, true, true],
      [false, true, true],
      [false, false, true],
    ])
  })

  it('allows at most five active secrets', async () => {
    const ports = await hooked()
    for (let turn = 0; turn < 4; turn++) await rotateSecret('mine', ports)
    later(ports, 60)
    await expect(rotateSecret('mine', ports)).rejects.toMatchObject({
      code: 'quota-reached',
      message: expect.stringContaining('2026-01-03T03:04:05.000Z'),
      retryAfterSeconds: 24 * HOUR - 60,
    })
    later(ports, 24 * HOUR - 60)
    expect((await rotateSecret('mine', ports)).secret).toMatch(/^whsec_/)
  })

  it('never shows a secret in logs, messages and deliveries', async () => {
    const ports = await hooked({ status: 500 })
    const { secret } = await rotateSecret('mine', ports)
    await happen(ports)
    await drainEvents(ports)
    const delivery = await describeDelivery('mine', only(deliveriesIn(ports.world)).delivery, ports)
    const text = JSON.stringify([ports.world.logged, delivery, ports.world.sent, deliveriesIn(ports.world)])
    for (const hidden of [secret, ports.secret, 'key=hidden']) expect(text).not.toContain(hidden)
  })
})

describe('POST /v1/webhooks/{webhook}/test', () => {
  it('sends one attempt to this webhook only, whatever its event types', async () => {
    const ports = await hooked({ status: 500 })
    await register(ports, 'other')
    const { delivery } = await sendTestEvent('mine', ports)
    await drainEvents(ports)
    expect(JSON.parse(only(ports.world.received).body)).toEqual({
      type: 'webhook.test',
      timestamp: '2026-01-02T03:04:05.000Z',
      data: { webhook: 'mine', link: 'https://api.groundwork.dev/v1/webhooks/mine' },
    })
    expect(only(deliveriesIn(ports.world))).toMatchObject({ delivery, state: 'failed', attempts: [{ status: 500 }] })
  })
})

describe('redelivering', () => {
  const portsAfterDelivery = async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await drainEvents(ports)
    ports.world.receivers.set(HOOK, { status: 200 })
    return { ports, delivery: only(deliveriesIn(ports.world)).delivery }
  }

  it('keeps the event id, and has a new series of retries', async () => {
    const { ports, delivery } = await portsAfterDelivery()
    ports.world.receivers.set(HOOK, { status: 503 })
    await redeliver('mine', delivery, ports)
    await drainEvents(ports)
    const { attempts } = only(deliveriesIn(ports.world))
    expect(attempts.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(new Set(ports.world.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('does not wait for a scheduled attempt, whose message then does nothing', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await drainEvents(ports, { until: new Date(ports.world.now.getTime() + 10_000) })
    ports.world.receivers.set(HOOK, { status: 200 })
    await redeliver('mine', only(deliveriesIn(ports.world)).delivery, ports)
    await drainEvents(ports)
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'delivered', attempts: [{}, {}, { number: 3 }] })
    expect(ports.world.received).toHaveLength(3)
  })

  it('is refused while an attempt is under way', async () => {
    const { ports, delivery } = await portsAfterDelivery()
    await redeliver('mine', delivery, ports)
    ports.world.pause = async ({ port }) => {
      if (port === 'receivers')
        await expect(redeliver('mine', delivery, ports)).rejects.toMatchObject({ code: 'wrong-state' })
    }
    await drainEvents(ports)
    expect(only(deliveriesIn(ports.world)).state).toBe('delivered')
  })

  it('is possible a minute after a worker crashed in an attempt', async () => {
    const ports = await hooked({ status: 200 })
    ports.world.fault = (call) => (isRequest(call) && ports.world.received.length === 0 ? 'after' : undefined)
    await happen(ports)
    await drainEvents(ports, { until: ports.world.now })
    const { delivery } = only(deliveriesIn(ports.world))
    await expect(redeliver('mine', delivery, ports)).rejects.toMatchObject({ code: 'wrong-state' })
    later(ports, 60)
    expect(await redeliver('mine', delivery, ports)).toMatchObject({
      state: 'pending',
      attempts: [{ outcome: 'unknown' }],
    })
    await drainEvents(ports)
    expect(only(deliveriesIn(ports.world)).attempts).toMatchObject([{}, { number: 2, outcome: 'delivered' }])
    expect(ports.world.received).toHaveLength(2)
  })

  it('makes one attempt for two concurrent requests', async () => {
    const { ports, delivery } = await portsAfterDelivery()
    await Promise.all([redeliver('mine', delivery, ports), redeliver('mine', delivery, ports)])
    await drainEvents(ports)
    expect(ports.world.received).toHaveLength(11)
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'delivered', attempts: { length: 11 } })
  })

  it('makes another attempt when it is requested while one is under way', async () => {
    const { ports, delivery } = await portsAfterDelivery()
    await redeliver('mine', delivery, ports)
    beside(
      ports,
      ({ method }) => method === 'put',
      () => drainEvents(ports),
    )
    await redeliver('mine', delivery, ports)
    await drainEvents(ports)
    expect(only(deliveriesIn(ports.world)).attempts.slice(10)).toMatchObject([
      { number: 11, outcome: 'delivered' },
      { number: 12, outcome: 'delivered' },
    ])
  })

  it('carries the request id of the redelivery', async () => {
    const { ports, delivery } = await portsAfterDelivery()
    await redeliver('mine', delivery, { ...ports, requestId: 'request-2' })
    expect(ports.world.sent.deliveries).toMatchObject([{ requestId: 'request-2' }])
  })

  it('fails a delivery of an expired event without an attempt', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    const message = await dispatchOnly(ports)
    for (const uri of ports.world.stored.keys()) if (uri.includes('/events/')) ports.world.stored.delete(uri)
    await deliverWebhook(message, ports)
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'failed', attempts: [] })
    expect(ports.world.received).toEqual([])
  })

  it('is refused for an expired event', async () => {
    const { ports, delivery } = await portsAfterDelivery()
    for (const uri of ports.world.stored.keys()) if (uri.includes('/events/')) ports.world.stored.delete(uri)
    await expect(redeliver('mine', delivery, ports)).rejects.toMatchObject({ code: 'not-found' })
    expect(await describeDelivery('mine', delivery, ports)).not.toHaveProperty('payload')
  })

  it('keeps the last hundred attempts', async () => {
    const { ports, delivery } = await portsAfterDelivery()
    for (let turn = 0; turn < 95; turn++) {
      await redeliver('mine', delivery, ports)
      await drainEvents(ports)
    }
    const { attempts } = only(deliveriesIn(ports.world))
    expect([attempts.length, attempts[0]?.number, attempts.at(-1)?.number]).toEqual([100, 6, 105])
  })

  it('shows the request body in the delivery', async () => {
    const { ports, delivery } = await portsAfterDelivery()
    const { payload } = await describeDelivery('mine', delivery, ports)
    expect(payload).toEqual(JSON.parse(ports.world.received[0]?.body ?? ''))
  })

  const isDelivery = ({ method, key }: Call) => method === 'put' && key.startsWith('system/deliveries/')

  it('sends nothing to a webhook that was removed and registered again just before its delivery was created', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    beside(ports, isDelivery, () => removeWebhook('mine', ports).then(() => register(ports)))
    expect(await drainEvents(ports)).toEqual([])
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'pending', attempts: [] })
    expect(ports.world.received).toEqual([])
  })

  it('leaves nothing of a delivery that was created while its webhook was being removed', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    beside(ports, isDelivery, async () => {
      ports.world.fault = ({ method }) => (method === 'list' ? 'before' : undefined)
      await expect(removeWebhook('mine', ports)).rejects.toThrow(SimulatedCrash)
      ports.world.fault = () => undefined
    })
    expect(await drainEvents(ports)).toEqual([])
    expect(deliveriesIn(ports.world)).toEqual([])
    expect(ports.world.received).toEqual([])
  })

  it('removes deliveries of a webhook that was removed and registered again', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await drainEvents(ports, { until: ports.world.now })
    await removeWebhook('mine', ports)
    await register(ports)
    await drainEvents(ports)
    expect(ports.world.received).toHaveLength(1)
    expect([...ports.world.stored.keys()].filter((uri) => uri.includes('/deliveries/'))).toEqual([])
  })
})

describe('duplicate and lost messages', () => {
  it.each([2, 5])('lead to one request when %i arrive at once', async (times) => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await drainEvents(ports, { times, atOnce: true })
    expect(ports.world.received).toHaveLength(1)
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'delivered', attempts: [{ number: 1 }] })
  })

  it('lead to as many attempts as single ones, at the same times', async () => {
    const once = await hooked({ status: 500 })
    const often = await hooked({ status: 500 })
    for (const ports of [once, often]) await happen(ports)
    await drainEvents(once)
    await drainEvents(often, { until: often.world.now, times: 3, atOnce: true })
    await drainEvents(often, { until: new Date(often.world.now.getTime() + 600_000) })
    // All duplicates but one have ended.
    expect(often.world.sent.deliveries).toHaveLength(1)
    await drainEvents(often)
    expect(attemptSeconds(often.world)).toEqual(attemptSeconds(once.world))
  })

  it('are sent again from the stored deliveries after a restart of the local stack', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await happen(ports, { dedupKey: 2 })
    await drainEvents(ports, { until: ports.world.now })
    expect(ports.world.sent.deliveries.splice(0)).toHaveLength(2)
    ports.world.receivers.set(HOOK, { status: 200 })
    // A corrupt state does not stop the others.
    const { webhookId } = await getWebhook('mine', ports)
    await ports.objects.put(`system/deliveries/mine/${webhookId}/dlv_00000000000_0000000000000000.json`, '{')
    await resumeDeliveries(ports)
    await drainEvents(ports)
    const states = async () =>
      (await listDeliveries('mine', PageQuery.parse({}), ports)).items.map(({ state }) => state)
    expect(await states()).toEqual(['unreadable', 'delivered', 'delivered'])
    await resumeDeliveries(ports)
    expect(ports.world.sent.deliveries).toEqual([])
  })

  it('lead to the dispatch of stored events that were not marked as dispatched', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await happen(ports, { dedupKey: 2 })
    const isMark = ({ method, key }: Call) => method === 'put' && key.startsWith('system/events/')
    ports.world.fault = (call) => (isMark(call) ? 'after' : undefined)
    for (const message of ports.world.sent.events.splice(0))
      await expect(dispatchEvent(EventMessage.parse(message), ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    // A corrupt state does not stop the others.
    await ports.objects.put('system/events/evt_0.json', '{')
    await resumeDeliveries(ports)
    await drainEvents(ports)
    expect(deliveriesIn(ports.world).map(({ state }) => state)).toEqual(['delivered', 'delivered'])
    await resumeDeliveries(ports)
    expect(ports.world.sent.events).toEqual([])
  })

  it('end a delivery whose worker crashed in its last attempt', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    let requests = 0
    ports.world.fault = (call) => (isRequest(call) && ++requests === 10 ? 'after' : undefined)
    expect(await drainEvents(ports)).toEqual([expect.any(SimulatedCrash)])
    const { state, attempts } = only(deliveriesIn(ports.world))
    expect([state, attempts.length, attempts.at(-1)?.outcome]).toEqual(['failed', 10, 'unknown'])
  })

  it('send the next message when the worker crashed before it did so', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    const message = await dispatchOnly(ports)
    ports.world.fault = ({ port }) => (port === 'messages' ? 'before' : undefined)
    await expect(deliverWebhook(message, ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    await deliverWebhook(message, ports)
    expect(DeliveryMessage.parse(only(ports.world.sent.deliveries))).toMatchObject({ attempt: 2 })
    expect(ports.world.received).toHaveLength(1)
  })

  it('create the deliveries of an event whose worker crashed before it did so', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    let crashes = 0
    ports.world.fault = ({ method, key }) =>
      method === 'put' && key.startsWith('system/deliveries/') && ++crashes === 1 ? 'before' : undefined
    await drainEvents(ports)
    expect(only(deliveriesIn(ports.world)).state).toBe('delivered')
  })

  it('of an event send no message for a delivery that has been attempted', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    const event = EventMessage.parse(ports.world.sent.events[0])
    const isMark = ({ method, key }: Call) => method === 'put' && key.startsWith('system/events/')
    let writes = 0
    ports.world.fault = (call) => (isMark(call) && ++writes === 2 ? 'before' : undefined)
    await expect(dispatchEvent(event, ports)).rejects.toThrow(SimulatedCrash)
    await deliverWebhook(DeliveryMessage.parse(only(ports.world.sent.deliveries.splice(0))), ports)
    await dispatchEvent(event, ports)
    expect(ports.world.sent.deliveries).toEqual([])
    expect(ports.world.received).toHaveLength(1)
  })

  it('do not let a late response overwrite the attempt that took over', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    const message = await dispatchOnly(ports)
    const [started, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let second = Promise.resolve()
    beside(ports, isRequest, async () => {
      later(ports, 60)
      beside(ports, isRequest, () => {
        started.resolve()
        return answered.promise
      })
      second = deliverWebhook(message, ports)
      await started.promise
    })
    await deliverWebhook(message, ports)
    expect(only(deliveriesIn(ports.world)).attempts).toMatchObject([
      { outcome: 'unknown' },
      { number: 2, outcome: 'under-way' },
    ])
    ports.world.receivers.set(HOOK, { status: 200 })
    answered.resolve()
    await second
    expect(only(deliveriesIn(ports.world))).toMatchObject({
      state: 'delivered',
      attempts: [{ outcome: 'unknown' }, { outcome: 'delivered' }],
    })
    expect(ports.world.sent.deliveries).toEqual([])
  })

  it('wait while an attempt is under way, and take over after a minute', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    ports.world.fault = ({ port }) => (port === 'receivers' && ports.world.received.length === 0 ? 'after' : undefined)
    const startedAt = ports.world.now
    await drainEvents(ports, { until: startedAt })
    expect(only(deliveriesIn(ports.world)).attempts).toMatchObject([{ number: 1, outcome: 'under-way' }])
    await drainEvents(ports)
    const { state, attempts } = only(deliveriesIn(ports.world))
    expect([state, attempts.map(({ outcome }) => outcome)]).toEqual(['delivered', ['unknown', 'delivered']])
    expect(Date.parse(attempts[1]?.startedAt ?? '') - startedAt.getTime()).toBe(60_000)
    expect(new Set(ports.world.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('have no effect when they are days late', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await dispatchEvent(EventMessage.parse(ports.world.sent.events.splice(0)[0]), ports)
    const [message] = ports.world.sent.deliveries
    await drainEvents(ports)
    later(ports, 100 * HOUR)
    await deliverWebhook(DeliveryMessage.parse(message), ports)
    expect(ports.world.received).toHaveLength(1)
  })
})
