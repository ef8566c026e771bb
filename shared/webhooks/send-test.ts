import { type StoredEvent, storeEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import { eventId } from '../platform/state/event-id.ts'
import type { DeliveryView } from './delivery.ts'
import { messageOf, openDelivery } from './delivery-store.ts'
import { viewOfDelivery } from './describe-delivery.ts'
import { refuseDisabled } from './enable.ts'
import { sendDeliveries } from './send-delivery.ts'
import { getWebhook, webhookKey } from './store.ts'

/**
 * Sends an event of type `webhook.test` to one webhook, which is tried once.
 * @throws AppError `not-found`; `wrong-state` when it is disabled
 */
export async function sendTestEvent(webhook: string, ports: Ports): Promise<DeliveryView> {
  const standing = await getWebhook(webhook, ports)
  refuseDisabled(webhook, standing)
  const timestamp = ports.now().toISOString()
  const type = 'webhook.test'
  const event: StoredEvent = {
    id: eventId(webhookKey(webhook), ports.newId(), type),
    type,
    timestamp,
    data: { webhook },
    requestId: ports.requestId,
    announcedAt: timestamp,
  }
  await storeEvent(event, ports)
  const delivery = await openDelivery(webhook, standing, event, ports)
  await sendDeliveries([messageOf(delivery)], ports)
  return viewOfDelivery(delivery, standing)
}
