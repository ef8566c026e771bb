import { removeWebhook } from '../../shared/webhooks/remove.ts'
import { type BringOptions, bring } from '../support/broker/bring.ts'
import { apiPorts, deliveriesIn, HOOK, happen, register } from '../support/fixtures/hooked.ts'
import { jsonAt, keysUnder } from '../support/world/bucket-contents.ts'
import type { DrainOptions } from '../support/world/drain.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'
import { insist, insistOrFind } from './insisting.ts'
import { type Scenario, scenariosWith } from './scenario.ts'

const OTHER = `${HOOK}&other`

/** A scenario about one event, and the webhooks `mine` and `other`. */
const ofEvent = scenariosWith(({ world }) => [...wrongInDeliveries(world), ...wrongAtReceivers(world)])

function wrongInDeliveries(world: World): string[] {
  const twice = world.made.filter((uri, at) => /\/(events|deliveries)\//.test(uri) && world.made.indexOf(uri) !== at)
  const told = deliveriesIn(world)
  const miscounted = told.filter(({ attempts }) => attempts.some(({ number }, index) => number !== index + 1))
  const open = told.filter(({ attempts }) => attempts.some(({ outcome }) => outcome === 'under-way'))
  const again = told.filter(({ webhook }, at) => told.findIndex((one) => one.webhook === webhook) !== at)
  return [
    ...twice.map((uri) => `${uri} was made twice`),
    ...miscounted.map(({ webhook }) => `the attempts at ${webhook} are not numbered in order`),
    ...open.map(({ webhook }) => `an attempt at ${webhook} never ended`),
    ...again.map(({ webhook }) => `${webhook} has two deliveries`),
  ]
}

/** Other words in a second request, or more of them than attempts are known of. */
function wrongAtReceivers(world: World): string[] {
  const said = new Set(world.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`))
  const unknown = deliveriesIn(world).filter(({ webhook, attempts }) => {
    const hook = webhook === 'mine' ? HOOK : OTHER
    return world.received.filter(({ url }) => url === hook).length > attempts.length
  })
  return [
    ...(said.size > 1 ? ['receivers were told two things'] : []),
    ...unknown.map(({ webhook }) => `${webhook} got more requests than there were attempts`),
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

const bringing = ({ times, pick }: DrainOptions): BringOptions => ({ ...(times && { times }), ...(pick && { pick }) })

async function tell(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await insist(() => happen(ports))
  await bring(ports, bringing(options))
}

/** The receiver is back after the second attempt. */
async function tellLate(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await insist(() => happen(ports))
  await bring(ports, { ...bringing(options), until: new Date(ports.world.now.getTime() + 100_000) })
  ports.world.receivers.set(HOOK, { status: 200 })
  await bring(ports, bringing(options))
}

async function tellAndRemove(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await insist(() => happen(ports))
  await bring(ports, { ...bringing(options), until: ports.world.now })
  await insistOrFind(() => removeWebhook('mine', ports), 'not-found')
  await bring(ports, bringing(options))
}

const notToldTo = (world: World, ...webhooks: readonly string[]): string[] => {
  const delivered = deliveriesIn(world).filter(({ state }) => state === 'delivered')
  return webhooks.flatMap((webhook) =>
    delivered.some((one) => one.webhook === webhook) ? [] : [`${webhook} has not taken it`],
  )
}

const notTold = ({ world }: MemoryPorts): string[] => [
  ...notToldTo(world, 'mine', 'other'),
  ...[HOOK, OTHER].filter((hook) => !world.received.some(({ url }) => url === hook)).map((url) => `${url} got nothing`),
]

const notDisabled = ({ world }: MemoryPorts): string[] => [
  ...notToldTo(world, 'other'),
  ...(jsonAt(world, 'system/webhooks/mine.json').disabled ? [] : ['it is not disabled']),
  ...(deliveriesIn(world).some(({ state }) => state === 'stopped') ? [] : ['its delivery is not stopped']),
]

const notRemoved = ({ world }: MemoryPorts): string[] => [
  ...notToldTo(world, 'other'),
  ...keysUnder(world, 'system/').filter((key) => key.includes('mine')),
]

/** Everything that is done to tell webhooks of an event. */
export const WEBHOOK_SCENARIOS: readonly Scenario[] = [
  ofEvent('telling webhooks of an event', registered(200), tell, notTold),
  ofEvent('telling a webhook whose receiver is down at first', registered(undefined), tellLate, notTold),
  ofEvent('disabling a webhook whose receiver is gone', registered(410), tell, notDisabled),
  ofEvent('removing a webhook that is told of an event', registered(500), tellAndRemove, notRemoved),
]
