import { isAhead } from '../platform/state/time-limit.ts'
import type { Attempt, DeliveryState } from './delivery.ts'
import { LONGEST_DELAY_MILLISECONDS, retryAt } from './retry-schedule.ts'
import { type WebhookState, whyDisabled } from './webhook.ts'

/** Longer than a worker's timeout: an attempt that began earlier has no worker left that could end it. */
const ABANDONED_AFTER_MILLISECONDS = 60_000

/** What to do with a message about a delivery, given the delivery's state. */
export type Step =
  /** The delivery has ended, or another message takes care of it. */
  | { readonly kind: 'nothing' }
  /** An attempt is under way, or the next one is not due: send the message again for that time. */
  | { readonly kind: 'wait'; readonly until: Date }
  /** The attempt has ended, but the message of the next one may not have been sent. */
  | { readonly kind: 'send-next' }
  /** The delivery is over, which has not been recorded yet. */
  | { readonly kind: 'end'; readonly state: 'failed' | 'stopped' }
  | { readonly kind: 'attempt'; readonly number: number }

/**
 * Decides what to do with a message, which may be a duplicate, late, or the only one left. Pure.
 * @param attempt the number of the attempt that the message asks for
 */
export function nextStep(delivery: DeliveryState, attempt: number, webhook: WebhookState, now: Date): Step {
  if (delivery.state !== 'pending') return { kind: 'nothing' }
  const inFlight = findInFlight(delivery)
  if (inFlight && !isAbandoned(inFlight, now)) return { kind: 'wait', until: abandonedAt(inFlight) }
  if (isStopped(delivery, webhook, now)) return { kind: 'end', state: 'stopped' }
  if (inFlight) {
    const isRetried = retryAt(delivery, inFlight.number, now) !== undefined
    return isRetried ? { kind: 'attempt', number: inFlight.number + 1 } : { kind: 'end', state: 'failed' }
  }
  const { number, at, isSent } = delivery.next ?? { number: 1, at: delivery.createdAt, isSent: false }
  if (attempt < number) return { kind: isSent ? 'nothing' : 'send-next' }
  const due = new Date(at)
  return isAhead(due.getTime(), LONGEST_DELAY_MILLISECONDS, now)
    ? { kind: 'wait', until: due }
    : { kind: 'attempt', number }
}

/** Returns the attempt that is under way: it was started and has no outcome yet. Pure. */
export function findInFlight({ attempts }: DeliveryState): Attempt | undefined {
  const last = attempts.at(-1)
  return last?.outcome === 'under-way' ? last : undefined
}

const abandonedAt = ({ startedAt }: Attempt): Date => new Date(Date.parse(startedAt) + ABANDONED_AFTER_MILLISECONDS)

/** Whether the worker of an attempt cannot be running anymore. Pure. */
export const isAbandoned = (attempt: Attempt, now: Date): boolean =>
  !isAhead(abandonedAt(attempt).getTime(), ABANDONED_AFTER_MILLISECONDS, now)

/**
 * Whether a pending delivery is not attempted anymore, because its webhook is or was disabled in the meantime. Pure.
 */
export const isStopped = ({ state, series }: DeliveryState, webhook: WebhookState, now: Date): boolean =>
  state === 'pending' && (whyDisabled(webhook, now) !== undefined || wasDisabledSince(series, webhook))

/** Compares counts, or times if the delivery was stored by older code. */
const wasDisabledSince = (
  { at, timesDisabled }: DeliveryState['series'],
  { stoppedAt, timesDisabled: times = 0 }: WebhookState,
): boolean => (timesDisabled === undefined ? stoppedAt !== undefined && at <= stoppedAt : timesDisabled < times)
