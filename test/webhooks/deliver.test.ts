import { describe, expect, it } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { resumeDeliveries } from '../../local/recovery/resume-deliveries.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { PageQuery } from '../../shared/contracts/page.ts'
import { EventMessage } from '../../shared/platform/state/domain-event.ts'
import { deliverWebhook } from '../../shared/webhooks/deliver.ts'
import { DeliveryMessage } from '../../shared/webhooks/delivery.ts'
import { describeDelivery } from '../../shared/webhooks/describe-delivery.ts'
import { dispatchEvent } from '../../shared/webhooks/dispatch-event.ts'
import { disableWebhook, enableWebhook } from '../../shared/webhooks/enable.ts'
import { listDeliveries } from '../../shared/webhooks/list-deliveries.ts'
import { redeliver } from '../../shared/webhooks/redeliver.ts'
import { removeWebhook } from '../../shared/webhooks/remove.ts'
import { rotateSecret } from '../../shared/webhooks/rotate-secret.ts'
import { sendTestEvent } from '../../shared/webhooks/send-test.ts'
import { getWebhook } from '../../shared/webhooks/store.ts'
import { bring } from '../support/broker/bring.ts'
import { apiPorts, deliveriesIn, HOOK, happen, hooked, register, secondsOf } from '../support/fixtures/hooked.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { ReceivedRequest } from '../support/world/receivers.ts'
import { type Call, Died } from '../support/world/world.ts'

/** The library has the signature that it would take; the clock of these tests is not the machine's, which it looks at. */
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
/** Has something done while the first of these calls hangs. */
function beside(ports: MemoryPorts, isIt: (call: Call) => boolean, act: () => Promise<unknown>): void {
  ports.world.pause = async (call) => {
    if (!isIt(call)) return
    ports.world.pause = () => Promise.resolve()
    await act()
  }
}
const isRequest = ({ port }: Call) => port === 'receivers'
/** Announces the event that has happened, and gives the message of its one delivery. */
async function announced(ports: MemoryPorts): Promise<DeliveryMessage> {
  await dispatchEvent(EventMessage.parse(only(ports.world.sent.events.splice(0))), ports)
  return DeliveryMessage.parse(only(ports.world.sent.deliveries.splice(0)))
}
const HOUR = 3600
/** What the documents say, in seconds from each attempt to the next. */
const DELAYS = [5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]

describe('an event', () => {
  it('gets to the receiver, signed, thin, with a link to what it is about', async () => {
    const ports = await hooked({ status: 204 })
    await happen(ports)
    expect(await bring(ports)).toEqual([])
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

  it('goes to those who want its type, and to no other', async () => {
    const ports = apiPorts()
    for (const name of ['a', 'b', 'c']) {
      const url = `${HOOK}&${name}`
      ports.world.receivers.set(url, { status: 200 })
      await register(ports, name, { url, events: name === 'b' ? ['dataset.ready'] : ['batch.failed', 'batch.copied'] })
    }
    await happen(ports)
    await bring(ports)
    expect(ports.world.received.map(({ url }) => url)).toEqual([`${HOOK}&a`, `${HOOK}&c`])
  })

  it('has one id and says one thing, however often and whenever it is sent', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await happen(ports, { timestamp: '2026-02-02T00:00:00.000Z', data: { batch: 'b', copied: 4 } })
    await bring(ports, { times: 3 })
    await happen(ports)
    await bring(ports)
    expect(JSON.parse(only(ports.world.received).body).data.copied).toBe(3)
  })

  it('that happened before a webhook was registered is not told again', async () => {
    const ports = apiPorts()
    await happen(ports)
    await bring(ports)
    await register(ports)
    await happen(ports)
    await bring(ports)
    expect(deliveriesIn(ports.world)).toEqual([])
  })

  it('is told in less than 20 kB: what is largest is left out, and named', async () => {
    const ports = await hooked({ status: 200 })
    const failures = Array.from({ length: 1000 }, (_, image) => ({ imageId: `${image}`, reason: 'it is missing' }))
    await happen(ports, { data: { batch: 'b', missing: 1000, failures, note: 'é'.repeat(10_000) } })
    await bring(ports)
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
  ])('with %i bytes to tell has in its body %j', async (bytes, fields) => {
    const ports = await hooked({ status: 200 })
    const around = Buffer.byteLength(JSON.stringify({ batch: 'b', note: '' }))
    await happen(ports, { data: { batch: 'b', note: 'x'.repeat(bytes - around) } })
    await bring(ports)
    const { body } = only(ports.world.received)
    expect(Object.keys(JSON.parse(body).data)).toEqual(fields)
    expect(Buffer.byteLength(body)).toBeLessThan(20_000)
  })

  it.each([
    [200, 1000],
    [2000, 20],
  ])('with %i fields of %i bytes keeps what fits, and names twenty of the others', async (count, bytes) => {
    const ports = await hooked({ status: 200 })
    const fields = Array.from({ length: count }, (_, at) => [`field-${at}`, 'x'.repeat(bytes)])
    await happen(ports, { data: { batch: 'b', ...Object.fromEntries(fields) } })
    await bring(ports)
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
  ] as const)('of type %s about %j links to %s', async (type, data, link) => {
    const ports = apiPorts()
    ports.world.receivers.set(HOOK, { status: 200 })
    await register(ports, 'mine', { events: [type] })
    await happen(ports, { type, data })
    await bring(ports)
    const told = JSON.parse(only(ports.world.received).body)
    expect(told.data).toEqual({ ...data, ...(link && { link: `https://api.groundwork.dev${link}` }) })
  })
})

describe('a receiver that is down', () => {
  it('is tried ten times in three days, at the times that are documented, and then no more', async () => {
    const ports = await hooked()
    await happen(ports)
    await bring(ports)
    const { state, attempts } = only(deliveriesIn(ports.world))
    expect([state, attempts.length, attempts.at(-1)?.number]).toEqual(['failed', 10, 10])
    const times = attempts.map(({ startedAt }) => Date.parse(startedAt) / 1000)
    for (const [index, delay] of DELAYS.entries()) {
      const waited = times[index + 1]! - times[index]!
      expect(waited).toBeGreaterThanOrEqual(delay * 0.9)
      // A queue delays by whole seconds.
      expect(waited).toBeLessThanOrEqual(delay * 1.1 + 1)
    }
    expect(attempts.map(({ outcome, problem }) => [outcome, problem?.code])).toEqual(
      Array(10).fill(['failed', 'upstream-failed']),
    )
  })

  it('for a while gets what it missed when it is back, once', async () => {
    const ports = await hooked()
    await happen(ports)
    await bring(ports, { until: new Date(ports.world.now.getTime() + 10_000) })
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'pending', attempts: [{}, {}], next: { number: 3 } })
    ports.world.receivers.set(HOOK, { status: 200 })
    await bring(ports)
    expect(ports.world.received).toHaveLength(1)
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'delivered', attempts: [{}, {}, {}] })
    expect(secondsOf(ports.world)).toEqual([0])
  })

  it('is waited for by messages that are kept back a quarter of an hour at most', async () => {
    const ports = await hooked({ status: 500 })
    const kept: number[] = []
    const { send } = ports.messages
    const messages: MemoryPorts['messages'] = {
      send: async (queue, some, seconds = 0) => {
        if (queue === 'deliveries') kept.push(seconds)
        await send(queue, some, seconds)
      },
    }
    const watched = { ...ports, messages }
    await happen(watched)
    await bring(watched)
    expect(Math.max(...kept)).toBe(900)
    expect(ports.world.received).toHaveLength(10)
    // Three days of quarters of an hour, and no message more than they take.
    expect(kept.length).toBeLessThan(330)
  })

  it('does not hold up another one', async () => {
    const ports = await hooked()
    const other = `${HOOK}&other`
    ports.world.receivers.set(other, { status: 200 })
    await register(ports, 'other', { url: other })
    await happen(ports)
    await bring(ports, { until: new Date(ports.world.now.getTime() + 1000) })
    expect(deliveriesIn(ports.world).map(({ webhook, state }) => [webhook, state])).toEqual([
      ['mine', 'pending'],
      ['other', 'delivered'],
    ])
  })
})

describe('a receiver that answers', () => {
  const attemptsWith = async (behaviour: Parameters<typeof hooked>[0]) => {
    const ports = await hooked(behaviour)
    await happen(ports)
    await bring(ports)
    return { ports, delivery: only(deliveriesIn(ports.world)) }
  }

  it.each([200, 201, 202, 204, 299])('%i has taken it', async (status) => {
    const { ports, delivery } = await attemptsWith({ status })
    expect([delivery.state, ports.world.received.length]).toEqual(['delivered', 1])
  })

  it.each([301, 304, 307, 400, 401, 404, 409, 500, 502])('%i has not, and is asked again', async (status) => {
    const { delivery } = await attemptsWith({ status })
    expect([delivery.state, delivery.attempts.length]).toEqual(['failed', 10])
    expect(delivery.attempts[0]).toMatchObject({ outcome: 'refused', status })
  })

  it('but closes the connection in the middle of it has not', async () => {
    const { delivery } = await attemptsWith('hangs-up')
    expect(delivery.attempts[0]).toMatchObject({ outcome: 'failed', problem: { code: 'upstream-failed' } })
    expect(delivery.attempts).toHaveLength(10)
  })

  it('too slowly has not: it is waited for 15 seconds', async () => {
    const { delivery } = await attemptsWith('silent')
    expect(delivery.attempts[0]).toMatchObject({
      outcome: 'failed',
      milliseconds: 15_000,
      problem: { code: 'upstream-timeout' },
    })
  })

  it('is asked in the same order every time, with the same id and body and a timestamp of each attempt', async () => {
    const { ports } = await attemptsWith({ status: 500 })
    const { received } = ports.world
    expect(new Set(received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1)
    expect(secondsOf(ports.world)).toEqual(secondsOf(ports.world).toSorted((one, other) => one - other))
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
  ])('%i with Retry-After: %s is left alone for %i seconds', async (status, retryAfter, seconds) => {
    const ports = await hooked({ status, retryAfter })
    await happen(ports)
    await bring(ports, { until: ports.world.now })
    const { next, attempts } = only(deliveriesIn(ports.world))
    const waited = (Date.parse(next?.at ?? '') - Date.parse(attempts[0]?.endedAt ?? '')) / 1000
    expect(Math.abs(waited - seconds)).toBeLessThanOrEqual(seconds === 5 ? 0.5 : 0)
  })

  it('with a name that leads to a private address now is not called, and tried again', async () => {
    const ports = await hooked({ status: 200 })
    // Names are looked up at each attempt: what was public when it was registered may be so no more.
    const closed = new AppError('bad-source', '"hooks.groundwork.dev" has no public address.')
    ports.world.fault = ({ port }) => (port === 'receivers' && ports.world.received.length === 0 ? closed : undefined)
    await happen(ports)
    await bring(ports, { until: ports.world.now })
    expect(only(deliveriesIn(ports.world))).toMatchObject({
      state: 'pending',
      attempts: [{ outcome: 'failed', problem: { code: 'bad-source', detail: closed.message } }],
    })
    expect(ports.world.received).toEqual([])
  })
})

describe('a receiver that is gone', () => {
  /** Two events wait for their second attempts when the receiver answers 410 to a third. */
  async function gone() {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await happen(ports, { dedupKey: 2 })
    await bring(ports, { until: ports.world.now })
    ports.world.receivers.set(HOOK, { status: 410 })
    later(ports, 1)
    await happen(ports, { dedupKey: 3 })
    await bring(ports, { until: ports.world.now })
    return ports
  }

  it('has its webhook disabled: what was on its way is stopped, and it is not called any more', async () => {
    const ports = await gone()
    expect((await getWebhook('mine', ports)).disabled).toMatchObject({ reason: 'The receiver answered 410 Gone.' })
    const { items } = await listDeliveries('mine', PageQuery.parse({}), ports)
    expect(items.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped'])
    await happen(ports, { dedupKey: 4 })
    await bring(ports)
    expect(deliveriesIn(ports.world).map(({ state }) => state)).toEqual(Array(4).fill('stopped'))
    expect(ports.world.received).toHaveLength(3)
  })

  it('is called again once it is enabled, for what happens then; the rest can be redelivered', async () => {
    const ports = await gone()
    later(ports, 1)
    await enableWebhook('mine', ports)
    ports.world.receivers.set(HOOK, { status: 200 })
    await happen(ports, { dedupKey: 5 })
    await bring(ports)
    expect(ports.world.received).toHaveLength(4)
    const stopped = deliveriesIn(ports.world).filter(({ state }) => state === 'stopped')
    expect(stopped).toHaveLength(3)
    for (const { delivery } of stopped) await redeliver('mine', delivery, ports)
    await bring(ports)
    expect(deliveriesIn(ports.world).map(({ state }) => state)).toEqual(Array(4).fill('delivered'))
  })

  it('is not told afterwards of what happened while it was disabled, however soon it is enabled', async () => {
    const ports = await gone()
    later(ports, 1)
    await happen(ports, { dedupKey: 4 })
    await dispatchEvent(EventMessage.parse(only(ports.world.sent.events.splice(0))), ports)
    await enableWebhook('mine', ports)
    ports.world.receivers.set(HOOK, { status: 200 })
    await bring(ports)
    expect(deliveriesIn(ports.world).map(({ state }) => state)).toEqual(Array(4).fill('stopped'))
    expect(ports.world.received).toHaveLength(3)
  })

  it('does nothing to a webhook of the same name that was made meanwhile', async () => {
    const ports = await hooked({ status: 410 })
    await happen(ports)
    beside(ports, isRequest, async () => {
      await removeWebhook('mine', ports)
      await register(ports)
    })
    await bring(ports)
    expect(ports.world.received).toHaveLength(1)
    expect(await getWebhook('mine', ports)).not.toHaveProperty('disabled')
    expect(deliveriesIn(ports.world)).toEqual([])
  })

  it('may still take what it is being sent: that is pending, and not stopped, until it has answered', async () => {
    const ports = await hooked({ status: 200 })
    const { webhookId } = await getWebhook('mine', ports)
    await happen(ports)
    beside(ports, isRequest, async () => {
      await disableWebhook('mine', webhookId, 'Its other answer was 410.', ports)
      const { items } = await listDeliveries('mine', PageQuery.parse({}), ports)
      expect(items).toMatchObject([{ state: 'pending', attempts: [{ outcome: 'under-way' }] }])
    })
    await bring(ports)
    expect(only(deliveriesIn(ports.world)).state).toBe('delivered')
  })

  it('is neither tested nor redelivered to while it is disabled, which says how it is enabled', async () => {
    const ports = await gone()
    const [first] = deliveriesIn(ports.world)
    for (const refused of [sendTestEvent('mine', ports), redeliver('mine', first?.delivery ?? '', ports)])
      await expect(refused).rejects.toMatchObject({
        code: 'wrong-state',
        message: expect.stringContaining('POST /v1/webhooks/mine/enable'),
      })
  })
})

describe('a rotated secret', () => {
  it('signs at once, and the old one beside it for 24 hours', async () => {
    const ports = await hooked({ status: 200 })
    const { secret, previousSecretUntil } = await rotateSecret('mine', ports)
    expect(previousSecretUntil).toBe('2026-01-03T03:04:05.000Z')
    await happen(ports)
    await bring(ports)
    later(ports, 24 * HOUR)
    await happen(ports, { dedupKey: 2 })
    await bring(ports)
    expect(
      ports.world.received.map((request) => [secret, ports.secret].map((one) => isSignedWith(one, request))),
    ).toEqual([
      [true, true],
      [true, false],
    ])
  })

  it('does not prolong the ones before, each of which has its own end', async () => {
    const ports = await hooked({ status: 200 })
    const { secret: second } = await rotateSecret('mine', ports)
    later(ports, 12 * HOUR)
    const { secret: third } = await rotateSecret('mine', ports)
    for (const time of [1, 2, 3]) {
      await happen(ports, { dedupKey: time })
      await bring(ports)
      later(ports, 12 * HOUR)
    }
    const signing = ports.world.received.map((request) =>
      [ports.secret, second, third].map((one) => isSignedWith(one, request)),
    )
    expect(signing).toEqual([
      [true, true, true],
      [false, true, true],
      [false, false, true],
    ])
  })

  it('is followed by at most five at once', async () => {
    const ports = await hooked()
    for (let turn = 0; turn < 4; turn++) await rotateSecret('mine', ports)
    later(ports, 60)
    await expect(rotateSecret('mine', ports)).rejects.toMatchObject({
      code: 'quota-reached',
      message: expect.stringContaining('until 2026-01-03T03:04:05.000Z'),
      retryAfterSeconds: 24 * HOUR - 60,
    })
    later(ports, 24 * HOUR - 60)
    expect((await rotateSecret('mine', ports)).secret).toMatch(/^whsec_/)
  })

  it('is in no log line, no delivery, and no answer but the one that made it', async () => {
    const ports = await hooked({ status: 500 })
    const { secret } = await rotateSecret('mine', ports)
    await happen(ports)
    await bring(ports)
    const delivery = await describeDelivery('mine', only(deliveriesIn(ports.world)).delivery, ports)
    const text = JSON.stringify([ports.world.logged, delivery, ports.world.sent, deliveriesIn(ports.world)])
    for (const hidden of [secret, ports.secret, 'key=hidden']) expect(text).not.toContain(hidden)
  })
})

describe('a test', () => {
  it('goes to the webhook that asks for it, once, whatever it is called for', async () => {
    const ports = await hooked({ status: 500 })
    await register(ports, 'other')
    const { delivery } = await sendTestEvent('mine', ports)
    await bring(ports)
    expect(JSON.parse(only(ports.world.received).body)).toEqual({
      type: 'webhook.test',
      timestamp: '2026-01-02T03:04:05.000Z',
      data: { webhook: 'mine', link: 'https://api.groundwork.dev/v1/webhooks/mine' },
    })
    expect(only(deliveriesIn(ports.world))).toMatchObject({ delivery, state: 'failed', attempts: [{ status: 500 }] })
  })
})

describe('a delivery', () => {
  const delivered = async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await bring(ports)
    ports.world.receivers.set(HOOK, { status: 200 })
    return { ports, delivery: only(deliveriesIn(ports.world)).delivery }
  }

  it('that is made again has the same id, and its own retries', async () => {
    const { ports, delivery } = await delivered()
    ports.world.receivers.set(HOOK, { status: 503 })
    await redeliver('mine', delivery, ports)
    await bring(ports)
    const { attempts } = only(deliveriesIn(ports.world))
    expect(attempts.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(new Set(ports.world.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('can be made at once while it waits; the message that waited does nothing more', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await bring(ports, { until: new Date(ports.world.now.getTime() + 10_000) })
    ports.world.receivers.set(HOOK, { status: 200 })
    await redeliver('mine', only(deliveriesIn(ports.world)).delivery, ports)
    await bring(ports)
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'delivered', attempts: [{}, {}, { number: 3 }] })
    expect(ports.world.received).toHaveLength(3)
  })

  it('is not made twice at a time: an attempt that is under way is told of', async () => {
    const { ports, delivery } = await delivered()
    await redeliver('mine', delivery, ports)
    ports.world.pause = async ({ port }) => {
      if (port === 'receivers')
        await expect(redeliver('mine', delivery, ports)).rejects.toMatchObject({ code: 'wrong-state' })
    }
    await bring(ports)
    expect(only(deliveriesIn(ports.world)).state).toBe('delivered')
  })

  it('whose worker died in its attempt can be made again once nobody can be at it', async () => {
    const ports = await hooked({ status: 200 })
    ports.world.fault = (call) => (isRequest(call) && ports.world.received.length === 0 ? 'after' : undefined)
    await happen(ports)
    await bring(ports, { until: ports.world.now })
    const { delivery } = only(deliveriesIn(ports.world))
    await expect(redeliver('mine', delivery, ports)).rejects.toMatchObject({ code: 'wrong-state' })
    later(ports, 60)
    expect(await redeliver('mine', delivery, ports)).toMatchObject({
      state: 'pending',
      attempts: [{ outcome: 'unknown' }],
    })
    await bring(ports)
    expect(only(deliveriesIn(ports.world)).attempts).toMatchObject([{}, { number: 2, outcome: 'delivered' }])
    expect(ports.world.received).toHaveLength(2)
  })

  it('that two ask for at once is made once', async () => {
    const { ports, delivery } = await delivered()
    await Promise.all([redeliver('mine', delivery, ports), redeliver('mine', delivery, ports)])
    await bring(ports)
    expect(ports.world.received).toHaveLength(11)
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'delivered', attempts: { length: 11 } })
  })

  it('that is asked for while an attempt is made is made once more after it', async () => {
    const { ports, delivery } = await delivered()
    await redeliver('mine', delivery, ports)
    beside(
      ports,
      ({ method }) => method === 'put',
      () => bring(ports),
    )
    await redeliver('mine', delivery, ports)
    await bring(ports)
    expect(only(deliveriesIn(ports.world)).attempts.slice(10)).toMatchObject([
      { number: 11, outcome: 'delivered' },
      { number: 12, outcome: 'delivered' },
    ])
  })

  it('that is made again goes back to the request that asked for it', async () => {
    const { ports, delivery } = await delivered()
    await redeliver('mine', delivery, { ...ports, requestId: 'request-2' })
    expect(ports.world.sent.deliveries).toMatchObject([{ requestId: 'request-2' }])
  })

  it('of an event that is not kept any more has failed, and is not tried', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    const message = await announced(ports)
    for (const uri of ports.world.stored.keys()) if (uri.includes('/events/')) ports.world.stored.delete(uri)
    await deliverWebhook(message, ports)
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'failed', attempts: [] })
    expect(ports.world.received).toEqual([])
  })

  it('of an event that is not kept any more cannot be made again', async () => {
    const { ports, delivery } = await delivered()
    for (const uri of ports.world.stored.keys()) if (uri.includes('/events/')) ports.world.stored.delete(uri)
    await expect(redeliver('mine', delivery, ports)).rejects.toMatchObject({ code: 'not-found' })
    expect(await describeDelivery('mine', delivery, ports)).not.toHaveProperty('payload')
  })

  it('keeps its last hundred attempts', async () => {
    const { ports, delivery } = await delivered()
    for (let turn = 0; turn < 95; turn++) {
      await redeliver('mine', delivery, ports)
      await bring(ports)
    }
    const { attempts } = only(deliveriesIn(ports.world))
    expect([attempts.length, attempts[0]?.number, attempts.at(-1)?.number]).toEqual([100, 6, 105])
  })

  it('shows what is sent', async () => {
    const { ports, delivery } = await delivered()
    const { payload } = await describeDelivery('mine', delivery, ports)
    expect(payload).toEqual(JSON.parse(ports.world.received[0]?.body ?? ''))
  })

  it('that is made just after its webhook was removed leaves nothing', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    beside(
      ports,
      ({ method, key }) => method === 'put' && key.startsWith('system/deliveries/'),
      () => removeWebhook('mine', ports),
    )
    await bring(ports)
    expect(deliveriesIn(ports.world)).toEqual([])
    expect(ports.world.received).toEqual([])
  })

  it('of a webhook that was removed, or made again, is not made any more, and leaves nothing', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await bring(ports, { until: ports.world.now })
    await removeWebhook('mine', ports)
    await register(ports)
    await bring(ports)
    expect(ports.world.received).toHaveLength(1)
    expect([...ports.world.stored.keys()].filter((uri) => uri.includes('/deliveries/'))).toEqual([])
  })
})

describe('messages that come twice', () => {
  it.each([2, 5])('%i times, at once, make one request', async (times) => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await bring(ports, { times, atOnce: true })
    expect(ports.world.received).toHaveLength(1)
    expect(only(deliveriesIn(ports.world))).toMatchObject({ state: 'delivered', attempts: [{ number: 1 }] })
  })

  it('make as many attempts as one alone, at the same times', async () => {
    const once = await hooked({ status: 500 })
    const often = await hooked({ status: 500 })
    for (const ports of [once, often]) await happen(ports)
    await bring(once)
    await bring(often, { until: often.world.now, times: 3, atOnce: true })
    await bring(often, { until: new Date(often.world.now.getTime() + 600_000) })
    // All but one have found that others see to it.
    expect(often.world.sent.deliveries).toHaveLength(1)
    await bring(often)
    expect(secondsOf(often.world)).toEqual(secondsOf(once.world))
  })

  it('and are lost, as a machine forgets them that is started anew, are sent again by what stands in the bucket', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await happen(ports, { dedupKey: 2 })
    await bring(ports, { until: ports.world.now })
    expect(ports.world.sent.deliveries.splice(0)).toHaveLength(2)
    ports.world.receivers.set(HOOK, { status: 200 })
    // What cannot be read does not stop the others.
    const { webhookId } = await getWebhook('mine', ports)
    await ports.objects.put(`system/deliveries/mine/${webhookId}/dlv_00000000000_0000000000000000.json`, '{')
    await resumeDeliveries(ports)
    await bring(ports)
    const states = async () =>
      (await listDeliveries('mine', PageQuery.parse({}), ports)).items.map(({ state }) => state)
    expect(await states()).toEqual(['delivered', 'delivered'])
    await resumeDeliveries(ports)
    expect(ports.world.sent.deliveries).toEqual([])
  })

  it('of which an event was lost before it was announced is announced by what stands in the bucket', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await happen(ports, { dedupKey: 2 })
    const isMark = ({ method, key }: Call) => method === 'put' && key.startsWith('system/events/')
    ports.world.fault = (call) => (isMark(call) ? 'after' : undefined)
    for (const message of ports.world.sent.events.splice(0))
      await expect(dispatchEvent(EventMessage.parse(message), ports)).rejects.toThrow(Died)
    ports.world.fault = () => undefined
    // What cannot be read does not stop the others.
    await ports.objects.put('system/events/evt_0.json', '{')
    await resumeDeliveries(ports)
    await bring(ports)
    expect(deliveriesIn(ports.world).map(({ state }) => state)).toEqual(['delivered', 'delivered'])
    await resumeDeliveries(ports)
    expect(ports.world.sent.events).toEqual([])
  })

  it('end a delivery whose worker died in its last attempt', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    let requests = 0
    ports.world.fault = (call) => (isRequest(call) && ++requests === 10 ? 'after' : undefined)
    expect(await bring(ports)).toEqual([expect.any(Died)])
    const { state, attempts } = only(deliveriesIn(ports.world))
    expect([state, attempts.length, attempts.at(-1)?.outcome]).toEqual(['failed', 10, 'unknown'])
  })

  it('do not have an answer that came too late written over the attempt that took over', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    const message = await announced(ports)
    const [begun, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let second = Promise.resolve()
    beside(ports, isRequest, async () => {
      later(ports, 60)
      beside(ports, isRequest, () => {
        begun.resolve()
        return answered.promise
      })
      second = deliverWebhook(message, ports)
      await begun.promise
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

  it('while somebody is at it wait to see how that ends, and take over after a minute', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    ports.world.fault = ({ port }) => (port === 'receivers' && ports.world.received.length === 0 ? 'after' : undefined)
    const begun = ports.world.now
    await bring(ports, { until: begun })
    expect(only(deliveriesIn(ports.world)).attempts).toMatchObject([{ number: 1, outcome: 'under-way' }])
    await bring(ports)
    const { state, attempts } = only(deliveriesIn(ports.world))
    expect([state, attempts.map(({ outcome }) => outcome)]).toEqual(['delivered', ['unknown', 'delivered']])
    expect(Date.parse(attempts[1]?.startedAt ?? '') - begun.getTime()).toBe(60_000)
    expect(new Set(ports.world.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('of which one is far too late do nothing', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    await dispatchEvent(EventMessage.parse(ports.world.sent.events.splice(0)[0]), ports)
    const [message] = ports.world.sent.deliveries
    await bring(ports)
    later(ports, 100 * HOUR)
    await deliverWebhook(DeliveryMessage.parse(message), ports)
    expect(ports.world.received).toHaveLength(1)
  })
})
