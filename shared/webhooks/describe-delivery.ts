import { AppError } from '../contracts/errors.ts'
import { toPayload } from '../events/payload.ts'
import { readEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import type { State } from '../platform/state/record.ts'
import type { DeliveryState, DeliveryView, DeliveryWithPayload } from './delivery.ts'
import { readDelivery } from './delivery-store.ts'
import { isInFlight, isStopped } from './next-step.ts'
import { getWebhook } from './store.ts'
import type { WebhookState } from './webhook.ts'

/** A delivery as the API shows it: one that its message will find stopped is so already. Pure. */
export function toDeliveryView(state: DeliveryState, webhook: WebhookState): DeliveryView {
  const { delivery, event, attempts, next, createdAt, endedAt } = state
  const base = { delivery, webhook: state.webhook, event, attempts, createdAt }
  if (isStopped(state, webhook) && !isInFlight(state)) return { ...base, state: 'stopped' }
  return {
    ...base,
    state: state.state,
    ...(next && { nextAttemptAt: next.at }),
    ...(endedAt !== undefined && { endedAt }),
  }
}

/** A delivery with what is sent. @throws AppError `not-found` */
export async function describeDelivery(webhook: string, delivery: string, ports: Ports): Promise<DeliveryWithPayload> {
  const state = await getWebhook(webhook, ports)
  const { value } = await getDelivery(webhook, state.webhookId, delivery, ports)
  const event = await readEvent(value.event.id, ports)
  const view = toDeliveryView(value, state)
  return event ? { ...view, payload: toPayload(event.value, ports.config.apiUrl) } : view
}

/** @throws AppError `not-found` */
export async function getDelivery(
  webhook: string,
  webhookId: string,
  delivery: string,
  ports: Ports,
): Promise<State<DeliveryState>> {
  const found = await readDelivery({ webhook, webhookId, delivery }, ports)
  if (found) return found
  const hint = `GET /v1/webhooks/${webhook}/deliveries lists those that there are`
  throw new AppError('not-found', `"${webhook}" has no delivery "${delivery}"; ${hint}.`)
}
