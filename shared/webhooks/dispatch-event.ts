import pLimit from 'p-limit'
import type { EventType } from '../contracts/event-type.ts'
import { markAnnounced, storeEvent } from '../events/stored-event.ts'
import { thinData } from '../events/truncate-payload.ts'
import type { Ports } from '../platform/ports.ts'
import type { EventMessage } from '../platform/state/domain-event.ts'
import { messageOf, openDelivery } from './delivery-store.ts'
import { sendDeliveries } from './send-delivery.ts'
import { findStanding, webhookNames } from './store.ts'
import type { WebhookState } from './webhook.ts'

const IN_FLIGHT = 16

/**
 * Has an event delivered to every webhook that wants it. What it says and when is what its first message said. It may
 * come again at any time, and may die anywhere: until the event is marked, all that is missing is made and sent again.
 */
export async function announceEvent(message: EventMessage, ports: Ports): Promise<void> {
  const stored = await storeEvent({ ...message, data: thinData(message.data) }, ports)
  const event = stored.value
  if (event.announcedAt !== undefined) return
  const limit = pLimit(IN_FLIGHT)
  const webhooks = await webhooksFor(message.type, ports)
  const opened = await Promise.all(
    webhooks.map(({ webhook, state }) => limit(() => openDelivery(webhook, state, event, ports))),
  )
  const due = opened.filter(({ state, attempts }) => state === 'pending' && attempts.length === 0)
  await sendDeliveries(
    due.map((delivery) => messageOf(delivery)),
    ports,
  )
  await markAnnounced(stored, ports)
  ports.log.info('event announced', { event: event.id, type: event.type, webhooks: webhooks.length })
}

async function webhooksFor(
  type: EventType,
  ports: Ports,
): Promise<{ readonly webhook: string; readonly state: WebhookState }[]> {
  const limit = pLimit(IN_FLIGHT)
  const read = async (webhook: string) => {
    const state = await findStanding(webhook, ports)
    return state?.events.includes(type) ? [{ webhook, state }] : []
  }
  const names = await webhookNames(ports)
  return (await Promise.all(names.map((webhook) => limit(() => read(webhook))))).flat()
}
