import type { StoredEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import { createState, readState, replaceState, type State } from '../platform/state/record.ts'
import { type DeliveryMessage, DeliveryState, deliveryId } from './delivery.ts'
import { deliveriesFolder } from './store.ts'
import type { WebhookState } from './webhook.ts'

type DeliveryRef = Pick<DeliveryState, 'webhook' | 'webhookId' | 'delivery'>

export const deliveryKey = ({ webhook, webhookId, delivery }: DeliveryRef): string =>
  `${deliveriesFolder(webhook, webhookId)}${delivery}.json`

export const readDelivery = (
  ref: DeliveryRef,
  ports: Pick<Ports, 'objects'>,
): Promise<State<DeliveryState> | undefined> => readState(ports.objects, deliveryKey(ref), DeliveryState)

/** Replaces the state that was read. Returns false when another writer has replaced it since. */
export const saveDelivery = (
  { etag }: State<DeliveryState>,
  state: DeliveryState,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<boolean> => replaceState(ports, deliveryKey(state), etag, state)

/**
 * Creates the delivery of an event to a webhook unless it exists. For a disabled webhook it is created in its final
 * state.
 * @returns the current state of the delivery
 */
export async function createDelivery(
  webhook: string,
  { webhookId, disabled }: WebhookState,
  { id, type, timestamp, requestId }: StoredEvent,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<DeliveryState> {
  const event = { id, type, timestamp }
  const createdAt = ports.now().toISOString()
  const state: DeliveryState = {
    ...{ webhook, webhookId, delivery: deliveryId(event, webhookId), event },
    ...(disabled ? { state: 'stopped', endedAt: createdAt } : { state: 'pending' }),
    attempts: [],
    series: { first: 1, at: createdAt },
    requestId,
    createdAt,
  }
  if (await createState(ports, deliveryKey(state), state)) return state
  return (await readDelivery(state, ports))?.value ?? state
}

/** Returns the message for the next attempt of a pending delivery, or for the one under way. Pure. */
export function toDeliveryMessage(state: DeliveryState): DeliveryMessage {
  const { webhook, webhookId, delivery, attempts, next, requestId } = state
  const attempt = next?.number ?? attempts.at(-1)?.number ?? 1
  return { webhook, webhookId, delivery, attempt, notBefore: next?.at ?? state.createdAt, requestId }
}
