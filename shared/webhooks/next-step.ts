import type { Attempt, DeliveryState } from './delivery.ts'
import { retryAt } from './schedule.ts'
import type { WebhookState } from './webhook.ts'

/** Longer than any worker lives: an attempt that began before has nobody who would still end it. */
const ABANDONED_AFTER_MILLISECONDS = 60_000

/** What a message about a delivery leads to, by what stands there. */
export type Step =
  /** It is over, or others have seen to it. */
  | { readonly kind: 'nothing' }
  /** Look again then: somebody may be at it, or it is not due yet. */
  | { readonly kind: 'wait'; readonly until: Date }
  /** The attempt is over, and the message of the next one may never have been sent. */
  | { readonly kind: 'send-next' }
  /** It has come to its end, which is not written down yet. */
  | { readonly kind: 'end'; readonly state: 'failed' | 'stopped' }
  | { readonly kind: 'attempt'; readonly number: number }

/**
 * Decides what to do with a message, which may be one of several, late, or the only one left. Pure.
 * @param attempt the attempt that the message asks for
 */
export function nextStep(delivery: DeliveryState, attempt: number, webhook: WebhookState, now: Date): Step {
  if (delivery.state !== 'pending') return { kind: 'nothing' }
  const begun = isInFlight(delivery)
  if (begun && !isAbandoned(begun, now)) return { kind: 'wait', until: abandonedAt(begun) }
  if (isStopped(delivery, webhook)) return { kind: 'end', state: 'stopped' }
  if (begun) return retryAt(delivery, begun.number, now) ? another(begun.number) : { kind: 'end', state: 'failed' }
  const { number, at, isSent } = delivery.next ?? { number: 1, at: delivery.createdAt, isSent: false }
  if (attempt < number) return { kind: isSent ? 'nothing' : 'send-next' }
  const due = new Date(at)
  return due > now ? { kind: 'wait', until: due } : { kind: 'attempt', number }
}

const another = (number: number): Step => ({ kind: 'attempt', number: number + 1 })

/** The attempt that somebody has begun and not ended. Pure. */
export function isInFlight({ attempts }: DeliveryState): Attempt | undefined {
  const last = attempts.at(-1)
  return last?.outcome === 'under-way' ? last : undefined
}

const abandonedAt = ({ startedAt }: Attempt): Date => new Date(Date.parse(startedAt) + ABANDONED_AFTER_MILLISECONDS)

/** Whether whoever began an attempt can no more be at it. Pure. */
export const isAbandoned = (attempt: Attempt, now: Date): boolean => abandonedAt(attempt) <= now

/** Whether a pending delivery is not made any more, as its webhook is or was disabled meanwhile. Pure. */
export const isStopped = ({ state, series }: DeliveryState, { disabled, stoppedAt }: WebhookState): boolean =>
  state === 'pending' && (disabled !== undefined || (stoppedAt !== undefined && series.at <= stoppedAt))
