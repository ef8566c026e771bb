import { AppError } from '../contracts/errors.ts'
import { toStoredProblem } from '../contracts/stored-problem.ts'
import { toPayload } from '../events/payload.ts'
import { readEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import type { State } from '../platform/state/record.ts'
import type { Attempt, DeliveryState, DeliveryView, DeliveryWithPayload } from './delivery.ts'
import { readDelivery } from './delivery-store.ts'
import { findInFlight, isStopped } from './next-step.ts'
import { getWebhook } from './store.ts'
import type { WebhookState } from './webhook.ts'

/** Returns the fields of an attempt that this version knows. Pure. */
const toAttemptView = (attempt: Attempt): Attempt => {
  const { number, startedAt, endedAt, milliseconds, status, outcome, problem } = attempt
  return {
    ...{ number, startedAt, outcome },
    ...(endedAt !== undefined && { endedAt }),
    ...(milliseconds !== undefined && { milliseconds }),
    ...(status !== undefined && { status }),
    ...(problem && { problem: { code: problem.code, detail: problem.detail } }),
  }
}

/** Converts a delivery to its API view. A pending one whose webhook is disabled is shown as `stopped`. Pure. */
export function toDeliveryView(state: DeliveryState, webhook: WebhookState, now: Date): DeliveryView {
  const { delivery, next, createdAt, endedAt, problem } = state
  const { id, type, timestamp } = state.event
  const attempts = state.attempts.map(toAttemptView)
  const base = { delivery, webhook: state.webhook, event: { id, type, timestamp }, attempts, createdAt }
  if (isStopped(state, webhook, now) && !findInFlight(state)) return { ...base, state: 'stopped' }
  return {
    ...base,
    state: state.state,
    ...(next && { nextAttemptAt: next.at }),
    ...(endedAt !== undefined && { endedAt }),
    ...(problem && { problem }),
  }
}

/**
 * Returns a delivery with the request body that its webhook receives, or with the problem of an event that cannot be read.
 * @throws AppError `not-found`
 */
export async function describeDelivery(
  webhook: string,
  delivery: string,
  ports: Pick<Ports, 'config' | 'objects' | 'now'>,
): Promise<DeliveryWithPayload> {
  const state = await getWebhook(webhook, ports)
  const { value } = await getDelivery(webhook, state.webhookId, delivery, ports)
  const event = await readOrCorrupt(readEvent(value.event.id, ports))
  const view = toDeliveryView(value, state, ports.now())
  if (event instanceof CorruptStateError) return { ...view, problem: toStoredProblem(event) }
  return event ? { ...view, payload: toPayload(event.value, ports.config.apiUrl) } : view
}

/** Reads a delivery. @throws AppError `not-found` */
export async function getDelivery(
  webhook: string,
  webhookId: string,
  delivery: string,
  ports: Pick<Ports, 'objects'>,
): Promise<State<DeliveryState>> {
  const found = await readDelivery({ webhook, webhookId, delivery }, ports)
  if (found) return found
  const hint = `GET /v1/webhooks/${webhook}/deliveries lists its deliveries`
  throw new AppError('not-found', `Webhook "${webhook}" has no delivery "${delivery}"; ${hint}.`)
}
