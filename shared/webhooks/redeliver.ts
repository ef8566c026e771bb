import { AppError } from '../contracts/errors.ts'
import { readEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import { restartAttempts } from './attempt.ts'
import type { DeliveryView } from './delivery.ts'
import { saveDelivery, toDeliveryMessage } from './delivery-store.ts'
import { getDelivery, toDeliveryView } from './describe-delivery.ts'
import { assertEnabled } from './enable.ts'
import { isAbandoned, isInFlight } from './next-step.ts'
import { sendDeliveries } from './send-delivery.ts'
import { getWebhook } from './store.ts'

/**
 * Has a delivery made once more, at once, whatever became of it, with a series of retries of its own. The event keeps its
 * id. @throws AppError `not-found`; `wrong-state` while an attempt is under way, or the webhook is disabled
 */
export async function redeliver(webhook: string, delivery: string, ports: Ports): Promise<DeliveryView> {
  const standing = await getWebhook(webhook, ports)
  assertEnabled(webhook, standing)
  const found = await getDelivery(webhook, standing.webhookId, delivery, ports)
  const now = ports.now()
  const begun = isInFlight(found.value)
  if (begun && !isAbandoned(begun, now)) {
    const message = `Attempt ${begun.number} of "${delivery}" is under way; look how it ends before another is made.`
    throw new AppError('wrong-state', message)
  }
  if (!(await readEvent(found.value.event.id, ports)))
    throw new AppError('not-found', `What "${delivery}" says is not kept any more; it cannot be sent again.`)
  const again = restartAttempts({ ...found.value, requestId: ports.requestId }, now)
  if (!(await saveDelivery(found, again, ports))) return redeliver(webhook, delivery, ports)
  await sendDeliveries([toDeliveryMessage(again)], ports)
  return toDeliveryView(again, standing)
}
