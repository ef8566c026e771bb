import pLimit from 'p-limit'
import type { EventType } from '../contracts/event-type.ts'
import { markDispatched, storeEvent } from '../events/stored-event.ts'
import { truncatePayload } from '../events/truncate-payload.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import type { EventMessage } from '../platform/state/domain-event.ts'
import { createDelivery, toDeliveryMessage } from './delivery-store.ts'
import { sendDeliveries } from './send-delivery.ts'
import { findCurrent, webhookNames } from './store.ts'
import type { WebhookState } from './webhook.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'objects' | 'messages' | 'log' | 'now' | 'newId'>

const MAX_IN_FLIGHT = 16

/**
 * Stores an event and creates a delivery for each webhook that subscribes to it. Idempotent: until the event is marked
 * as dispatched, a redelivered message creates the deliveries and messages that are missing. The first message decides
 * what the event contains.
 *
 * A webhook that cannot be read gets no delivery; the event names it. An event or a delivery that cannot be read is
 * written again.
 */
export async function dispatchEvent(message: EventMessage, ports: Needs): Promise<void> {
  const stored = await storeEvent({ ...message, data: truncatePayload(message.data) }, ports)
  const event = stored.value
  if (event.dispatchedAt !== undefined) return
  const limit = pLimit(MAX_IN_FLIGHT)
  const { webhooks, skipped } = await webhooksFor(message.type, ports)
  const deliveries = await Promise.all(
    webhooks.map(({ webhook, state }) => limit(() => createDelivery(webhook, state, event, ports))),
  )
  const due = deliveries.filter(({ state, attempts }) => state === 'pending' && attempts.length === 0)
  await sendDeliveries(
    due.map((delivery) => toDeliveryMessage(delivery)),
    ports,
  )
  await markDispatched(stored, skipped, ports)
  ports.log.info('event.dispatched', { eventId: event.id, type: event.type, webhooks: webhooks.length })
}

interface Subscribers {
  readonly webhooks: readonly { readonly webhook: string; readonly state: WebhookState }[]
  /** Names of the webhooks that cannot be read. */
  readonly skipped: readonly string[]
}

async function webhooksFor(type: EventType, ports: Pick<Ports, 'objects' | 'log'>): Promise<Subscribers> {
  const limit = pLimit(MAX_IN_FLIGHT)
  const names = await webhookNames(ports)
  const read = (webhook: string) => limit(() => readOrCorrupt(findCurrent(webhook, ports)))
  const found = await Promise.all(names.map(async (webhook) => ({ webhook, state: await read(webhook) })))
  const skipped: string[] = []
  const webhooks = found.flatMap(({ webhook, state }) => {
    if (state instanceof CorruptStateError) {
      ports.log.error('state.corrupt', { key: state.key })
      skipped.push(webhook)
      return []
    }
    return state?.events.includes(type) ? [{ webhook, state }] : []
  })
  return { webhooks, skipped }
}
