import { removeWebhook } from '../../shared/webhooks/remove.ts'
import { type DrainOptions, drainEvents } from '../support/broker/drain.ts'
import { retryUntilDone, retryUntilDoneOr } from '../support/crash/retry.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { apiPorts, deliveriesIn, HOOK, happen, register } from '../support/fixtures/hooked.ts'
import { jsonAt, keysUnder } from '../support/world/bucket-contents.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

const OTHER = `${HOOK}&other`

/** A scenario about one event and the webhooks `mine` and `other`. */
const eventScenario = scenariosWith(({ world }) => [...wrongInDeliveries(world), ...wrongAtReceivers(world)])

function wrongInDeliveries(world: World): string[] {
  const twice = world.made.filter((uri, at) => /\/(events|deliveries)\//.test(uri) && world.made.indexOf(uri) !== at)
  const deliveries = deliveriesIn(world)
  const miscounted = deliveries.filter(({ attempts }) => attempts.some(({ number }, index) => number !== index + 1))
  const open = deliveries.filter(({ attempts }) => attempts.some(({ outcome }) => outcome === 'under-way'))
  const again = deliveries.filter(({ webhook }, at) => deliveries.findIndex((one) => one.webhook === webhook) !== at)
  return [
    ...twice.map((uri) => `${uri} was written twice`),
    ...miscounted.map(({ webhook }) => `the attempts at ${webhook} are not numbered in order`),
    ...open.map(({ webhook }) => `an attempt at ${webhook} never ended`),
    ...again.map(({ webhook }) => `${webhook} has two deliveries`),
  ]
}

/** Lists requests with different content, and webhooks with more requests than recorded attempts. */
function wrongAtReceivers(world: World): string[] {
  const contents = new Set(world.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`))
  const unknown = deliveriesIn(world).filter(({ webhook, attempts }) => {
    const hook = webhook === 'mine' ? HOOK : OTHER
    return world.received.filter(({ url }) => url === hook).length > attempts.length
  })
  return [
    ...(contents.size > 1 ? ['receivers got different contents'] : []),
    ...unknown.map(({ webhook }) => `${webhook} got more requests than recorded attempts`),
  ]
}

const registered = (mine: number | undefined) => async (): Promise<World> => {
  const ports = apiPorts()
  if (mine !== undefined) ports.world.receivers.set(HOOK, { status: mine })
  ports.world.receivers.set(OTHER, { status: 200 })
  await register(ports)
  await register(ports, 'other', { url: OTHER })
  return ports.world
}

async function deliver(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await retryUntilDone(() => happen(ports))
  await drainEvents(ports, options)
}

/** The receiver comes back after the second attempt. */
async function deliverLate(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await retryUntilDone(() => happen(ports))
  await drainEvents(ports, { ...options, until: new Date(ports.world.now.getTime() + 100_000) })
  ports.world.receivers.set(HOOK, { status: 200 })
  await drainEvents(ports, options)
}

async function deliverAndRemove(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await retryUntilDone(() => happen(ports))
  await drainEvents(ports, { ...options, until: ports.world.now })
  await retryUntilDoneOr(() => removeWebhook('mine', ports), 'not-found')
  await drainEvents(ports, options)
}

const notDeliveredTo = (world: World, ...webhooks: readonly string[]): string[] => {
  const delivered = deliveriesIn(world).filter(({ state }) => state === 'delivered')
  return webhooks.flatMap((webhook) =>
    delivered.some((one) => one.webhook === webhook) ? [] : [`${webhook} has no delivered event`],
  )
}

const notDelivered = ({ world }: MemoryPorts): string[] => [
  ...notDeliveredTo(world, 'mine', 'other'),
  ...[HOOK, OTHER]
    .filter((hook) => !world.received.some(({ url }) => url === hook))
    .map((url) => `${url} got no request`),
]

const notDisabled = ({ world }: MemoryPorts): string[] => [
  ...notDeliveredTo(world, 'other'),
  ...(jsonAt(world, 'system/webhooks/mine.json').disabled ? [] : ['the webhook is not disabled']),
  ...(deliveriesIn(world).some(({ state }) => state === 'stopped') ? [] : ['its delivery is not stopped']),
]

const notRemoved = ({ world }: MemoryPorts): string[] => [
  ...notDeliveredTo(world, 'other'),
  ...keysUnder(world, 'system/').filter((key) => key.includes('mine')),
]

/** Everything that can happen to an event on its way to webhooks. */
export const WEBHOOK_SCENARIOS: readonly Scenario[] = [
  eventScenario('delivering an event', registered(200), deliver, notDelivered),
  eventScenario(
    'delivering an event to a receiver that is down at first',
    registered(undefined),
    deliverLate,
    notDelivered,
  ),
  eventScenario('disabling a webhook whose receiver is gone', registered(410), deliver, notDisabled),
  eventScenario('removing a webhook with pending deliveries', registered(500), deliverAndRemove, notRemoved),
]
