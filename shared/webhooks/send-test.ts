import { type StoredEvent, storeEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import { eventId } from '../platform/state/domain-event.ts'
import type { DeliveryView } from './delivery.ts'
import { createDelivery, toDeliveryMessage } from './delivery-store.ts'
import { toDeliveryView } from './describe-delivery.ts'
import { assertEnabled } from './enable.ts'
import { sendDeliveries } from './send-delivery.ts'
import { getWebhook, webhookRef } from './store.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'objects' | 'messages' | 'log' | 'requestId' | 'now' | 'newId'>

/**
 * Sends an event of type `webhook.test` to one webhook, in a single attempt.
 * @throws AppError `not-found`; `wrong-state` when the webhook is disabled
 */
export async function sendTestEvent(webhook: string, ports: Needs): Promise<DeliveryView> {
  const state = await getWebhook(webhook, ports)
  const now = ports.now()
  assertEnabled(webhook, state, now)
  const timestamp = now.toISOString()
  const type = 'webhook.test'
  const event: StoredEvent = {
    id: eventId(webhookRef(webhook).key, ports.newId(), type),
    type,
    timestamp,
    data: { webhook },
    requestId: ports.requestId,
    dispatchedAt: timestamp,
  }
  await storeEvent(event, ports)
  const delivery = await createDelivery(webhook, state, event, ports)
  await sendDeliveries([toDeliveryMessage(delivery)], ports)
  return toDeliveryView(delivery, state, now)
}
