import type { StoredEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { createState, readState, replaceCorrupt, replaceState, type State } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { DELIVERY, type DeliveryMessage, type DeliveryState, deliveryId } from './delivery.ts'
import { deliveriesFolder } from './store.ts'
import { type WebhookState, whyDisabled } from './webhook.ts'

type DeliveryRef = Pick<DeliveryState, 'webhook' | 'webhookId' | 'delivery'>

export const deliveryRecord = ({ webhook, webhookId, delivery }: DeliveryRef) => ({
  key: `${deliveriesFolder(webhook, webhookId)}${delivery}.json`,
  type: DELIVERY,
  isOwn: (state: DeliveryState) =>
    state.webhook === webhook && state.webhookId === webhookId && state.delivery === delivery,
})

export const readDelivery = (
  ref: DeliveryRef,
  ports: Pick<Ports, 'objects'>,
): Promise<State<DeliveryState> | undefined> => readState(deliveryRecord(ref), ports)

/** Replaces the state that was read. Returns false when another writer has replaced it since. */
export const saveDelivery = async (
  found: Pick<State<DeliveryState>, 'etag'>,
  state: DeliveryState,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<boolean> => (await replaceState(deliveryRecord(state), found, state, ports)) !== undefined

/**
 * Creates the delivery of an event to a webhook unless it exists. One that cannot be read is replaced. For a disabled
 * webhook it is created in its final state.
 * @returns the current state of the delivery
 */
export async function createDelivery(
  webhook: string,
  receiver: WebhookState,
  { id, type, timestamp, requestId }: StoredEvent,
  ports: Pick<Ports, 'objects' | 'log' | 'now' | 'newId'>,
): Promise<DeliveryState> {
  const { webhookId, timesDisabled = 0 } = receiver
  const event = { id, type, timestamp }
  const now = ports.now()
  const createdAt = now.toISOString()
  const state: DeliveryState = {
    ...{ webhook, webhookId, delivery: deliveryId(event, webhookId), event },
    ...(whyDisabled(receiver, now) ? { state: 'stopped', endedAt: createdAt } : { state: 'pending' }),
    attempts: [],
    series: { first: 1, at: createdAt, timesDisabled },
    requestId,
    createdAt,
  }
  const ref = deliveryRecord(state)
  return await retryOnConflict(ref.key, async () => {
    if (await createState(ref, state, ports)) return state
    const existing = await readOrCorrupt(readDelivery(state, ports))
    if (!(existing instanceof CorruptStateError)) return existing?.value ?? state
    return (await replaceCorrupt(ref, existing, state, ports)) ? state : CONFLICT
  })
}

/** Returns the message for the next attempt of a pending delivery, or for the one under way. Pure. */
export function toDeliveryMessage(state: DeliveryState): DeliveryMessage {
  const { webhook, webhookId, delivery, attempts, next, requestId } = state
  const attempt = next?.number ?? attempts.at(-1)?.number ?? 1
  return { webhook, webhookId, delivery, attempt, notBefore: next?.at ?? state.createdAt, requestId }
}
