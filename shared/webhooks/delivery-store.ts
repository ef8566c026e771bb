import type { StoredEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import { createState, readState, replaceState, type State } from '../platform/state/record.ts'
import { DELIVERY, type DeliveryMessage, type DeliveryState, deliveryId } from './delivery.ts'
import { deliveriesFolder } from './store.ts'
import type { WebhookState } from './webhook.ts'

type DeliveryRef = Pick<DeliveryState, 'webhook' | 'webhookId' | 'delivery'>

export const deliveryRecord = ({ webhook, webhookId, delivery }: DeliveryRef) => ({
  key: `${deliveriesFolder(webhook, webhookId)}${delivery}.json`,
  type: DELIVERY,
})

export const readDelivery = (
  ref: DeliveryRef,
  ports: Pick<Ports, 'objects'>,
): Promise<State<DeliveryState> | undefined> => readState(deliveryRecord(ref), ports)

/** Replaces the state that was read. Returns false when another writer has replaced it since. */
export const saveDelivery = (
  found: Pick<State<DeliveryState>, 'etag'>,
  state: DeliveryState,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<boolean> => replaceState(deliveryRecord(state), found, state, ports)

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
  if (await createState(deliveryRecord(state), state, ports)) return state
  return (await readDelivery(state, ports))?.value ?? state
}

/** Returns the message for the next attempt of a pending delivery, or for the one under way. Pure. */
export function toDeliveryMessage(state: DeliveryState): DeliveryMessage {
  const { webhook, webhookId, delivery, attempts, next, requestId } = state
  const attempt = next?.number ?? attempts.at(-1)?.number ?? 1
  return { webhook, webhookId, delivery, attempt, notBefore: next?.at ?? state.createdAt, requestId }
}
