import { describe, expect, it } from '@jest/globals'
import { endpoint as enable } from '../../functions/webhooks/enable.ts'
import { endpoint as get } from '../../functions/webhooks/get.ts'
import { endpoint as listDeliveries } from '../../functions/webhooks/list-deliveries.ts'
import { endpoint as redeliver } from '../../functions/webhooks/redeliver.ts'
import { endpoint as rotateSecret } from '../../functions/webhooks/rotate-secret.ts'
import { endpoint as sendTest } from '../../functions/webhooks/send-test.ts'
import { EventMessage } from '../../shared/platform/state/domain-event.ts'
import { dispatchEvent } from '../../shared/webhooks/dispatch-event.ts'
import { drainEvents } from '../support/broker/drain.ts'
import { deliveriesIn, HOOK, happen, hooked } from '../support/fixtures/hooked.ts'
import { callEndpoint } from '../support/http/call-endpoint.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const KEY = 'system/webhooks/mine.json'
const params = { webhook: 'mine' }
const HOUR = 3600
const YEAR = 365 * 24 * HOUR

/** Runs `act` with a clock that is ahead by a year, or by these seconds. */
async function withClockAhead(ports: MemoryPorts, act: () => Promise<unknown>, seconds = YEAR): Promise<void> {
  const right = ports.world.now
  ports.world.now = new Date(right.getTime() + seconds * 1000)
  await act()
  ports.world.now = right
}

const statesIn = (ports: MemoryPorts) => deliveriesIn(ports.world).map(({ state }) => state)
const soon = ({ world }: MemoryPorts) => ({ until: new Date(world.now.getTime() + 2 * HOUR * 1000) })

describe('a clock that was ahead by a year, and is right again', () => {
  it('does not stop the events of a webhook that it disabled, once that is enabled', async () => {
    const ports = await hooked({ status: 410 })
    await happen(ports)
    await withClockAhead(ports, () => drainEvents(ports, { until: ports.world.now }))
    ports.world.receivers.set(HOOK, { status: 200 })
    expect((await callEndpoint(enable, ports, { params })).json.state).toBe('enabled')
    await happen(ports, { dedupKey: 2 })
    await drainEvents(ports, soon(ports))
    expect(statesIn(ports).toSorted()).toEqual(['delivered', 'stopped'])
  })

  it.each([
    ['a retry', { status: 500 }],
    ['a retry that the receiver asked to delay', { status: 503, retryAfter: '60' }],
  ] as const)('does not delay %s by more than the schedule', async (_, refusal) => {
    const ports = await hooked(refusal)
    await happen(ports)
    await withClockAhead(ports, () => drainEvents(ports, { until: ports.world.now }))
    ports.world.receivers.set(HOOK, { status: 200 })
    await drainEvents(ports, soon(ports))
    expect([statesIn(ports), ports.world.received.length]).toEqual([['delivered'], 2])
  })

  it('does not delay a first attempt', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    const [event] = ports.world.sent.events.splice(0)
    await withClockAhead(ports, () => dispatchEvent(EventMessage.parse(event), ports))
    await drainEvents(ports, soon(ports))
    expect(statesIn(ports)).toEqual(['delivered'])
  })

  it('does not keep an attempt under way whose worker crashed', async () => {
    const ports = await hooked({ status: 200 })
    await happen(ports)
    ports.world.fault = ({ port }) => (port === 'receivers' && ports.world.received.length === 0 ? 'after' : undefined)
    await withClockAhead(ports, () => drainEvents(ports, { until: ports.world.now }))
    await drainEvents(ports, soon(ports))
    expect(statesIn(ports)).toEqual(['delivered'])
  })
})

describe('a webhook whose secrets have all expired', () => {
  /** Returns ports with a webhook `mine` whose only secret expired a second ago. */
  async function expired() {
    const ports = await hooked({ status: 200 })
    const state = jsonAt(ports.world, KEY)
    const until = new Date(ports.world.now.getTime() - 1000).toISOString()
    await ports.objects.put(KEY, JSON.stringify({ ...state, secrets: [{ ...state.secrets[0], until }] }))
    return { ...ports, until }
  }

  it('is shown as disabled, with the reason', async () => {
    const ports = await expired()
    expect((await callEndpoint(get, ports, { params })).json).toMatchObject({
      state: 'disabled',
      disabledAt: ports.until,
      disabledReason: expect.stringContaining('rotate-secret'),
    })
  })

  it('is not called: a request without a signature could be from anyone', async () => {
    const ports = await expired()
    await happen(ports)
    await drainEvents(ports, soon(ports))
    expect([ports.world.received, statesIn(ports)]).toEqual([[], ['stopped']])
  })

  it('is not called for a delivery that began before, which is shown as stopped', async () => {
    const ports = await hooked({ status: 500 })
    await happen(ports)
    await drainEvents(ports, { until: ports.world.now })
    const state = jsonAt(ports.world, KEY)
    const until = ports.world.now.toISOString()
    await ports.objects.put(KEY, JSON.stringify({ ...state, secrets: [{ ...state.secrets[0], until }] }))
    const { json } = await callEndpoint(listDeliveries, ports, { params })
    expect(json.items).toMatchObject([{ state: 'stopped' }])
    await drainEvents(ports, soon(ports))
    expect([ports.world.received.length, statesIn(ports)]).toEqual([1, ['stopped']])
  })

  it('refuses tests and redeliveries with wrong-state', async () => {
    const ports = await expired()
    await happen(ports)
    await drainEvents(ports, soon(ports))
    const [delivery] = deliveriesIn(ports.world)
    const refused = [
      await callEndpoint(sendTest, ports, { params }),
      await callEndpoint(redeliver, ports, { params: { ...params, delivery: delivery?.delivery ?? '' } }),
    ]
    expect(refused.map(({ json }) => json.code)).toEqual(['wrong-state', 'wrong-state'])
  })

  it('gets events again, signed, once its secret is rotated', async () => {
    const ports = await expired()
    expect((await callEndpoint(rotateSecret, ports, { params })).json.state).toBe('enabled')
    await happen(ports)
    await drainEvents(ports, soon(ports))
    expect(statesIn(ports)).toEqual(['delivered'])
    expect(ports.world.received.map(({ headers }) => headers['webhook-signature'])).toEqual([
      expect.stringMatching(/^v1,\S+$/),
    ])
  })
})
