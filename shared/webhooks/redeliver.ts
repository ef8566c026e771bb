import { AppError } from '../contracts/errors.ts'
import { readEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { restartAttempts } from './attempt.ts'
import type { DeliveryView } from './delivery.ts'
import { saveDelivery, toDeliveryMessage } from './delivery-store.ts'
import { getDelivery, toDeliveryView } from './describe-delivery.ts'
import { assertEnabled } from './enable.ts'
import { findInFlight, isAbandoned } from './next-step.ts'
import { sendDeliveries } from './send-delivery.ts'
import { getWebhook } from './store.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'objects' | 'messages' | 'requestId' | 'now' | 'newId'>

/**
 * Delivers an event to a webhook again, at once and whatever the state of the delivery, with a new series of retries.
 * The event keeps its id.
 * @throws AppError `not-found`; `wrong-state` while an attempt is under way or the webhook is disabled
 */
export async function redeliver(webhook: string, delivery: string, ports: Needs): Promise<DeliveryView> {
  const { restarted, state } = await retryOnConflict(delivery, () => restartDelivery(webhook, delivery, ports))
  await sendDeliveries([toDeliveryMessage(restarted)], ports)
  return toDeliveryView(restarted, state, ports.now())
}

async function restartDelivery(webhook: string, delivery: string, ports: Needs) {
  const state = await getWebhook(webhook, ports)
  const now = ports.now()
  assertEnabled(webhook, state, now)
  const found = await getDelivery(webhook, state.webhookId, delivery, ports)
  const inFlight = findInFlight(found.value)
  if (inFlight && !isAbandoned(inFlight, now)) {
    const message = `Attempt ${inFlight.number} of delivery "${delivery}" is under way; retry when it has ended.`
    throw new AppError('wrong-state', message)
  }
  if (!(await readEvent(found.value.event.id, ports)))
    throw new AppError('not-found', `The event of delivery "${delivery}" has expired; it cannot be sent again.`)
  const restarted = restartAttempts({ ...found.value, requestId: ports.requestId }, state, now)
  return (await saveDelivery(found, restarted, ports)) ? { restarted, state } : CONFLICT
}
