import type { AppError } from '../contracts/errors.ts'
import { type Attempt, type DeliveryState, MAX_ATTEMPTS_KEPT } from './delivery.ts'
import { findInFlight } from './next-step.ts'
import { retryAt } from './retry-schedule.ts'
import type { WebhookState } from './webhook.ts'

/** The receiver's response, or the error that occurred instead. */
export type Answer = { readonly status: number; readonly retryAfter: string | undefined } | AppError

/** Whether the receiver answered 410 Gone: it wants no more events from this webhook. Pure. */
export const isEndpointGone = (answer: Answer): boolean => 'status' in answer && answer.status === 410

/** Returns the delivery with a new attempt under way. An earlier attempt still under way becomes `unknown`. Pure. */
export function withAttempt({ next: _, ...state }: DeliveryState, number: number, now: Date): DeliveryState {
  const attempt: Attempt = { number, startedAt: now.toISOString(), outcome: 'under-way' }
  return { ...state, attempts: [...closeAttempts(state.attempts), attempt].slice(-MAX_ATTEMPTS_KEPT) }
}

/**
 * Returns the delivery after its attempt ended, with the next attempt if there is one. Undefined when the attempt is
 * not under way anymore, because another worker has taken over. Pure.
 */
export function withAnswer(state: DeliveryState, number: number, answer: Answer, now: Date): DeliveryState | undefined {
  const attempt = findInFlight(state)
  if (attempt?.number !== number) return undefined
  const ended: Attempt = { ...attempt, ...toOutcome(answer), ...toTimes(attempt, now) }
  const attempted = { ...state, attempts: [...state.attempts.slice(0, -1), ended] }
  if (ended.outcome === 'delivered') return withEnd(attempted, 'delivered', now)
  if (isEndpointGone(answer)) return withEnd(attempted, 'stopped', now)
  const at = retryAt(state, number, now, 'status' in answer ? getRetryAfter(answer) : undefined)
  if (!at) return withEnd(attempted, 'failed', now)
  return { ...attempted, next: { number: number + 1, at: at.toISOString(), isSent: false } }
}

/** Returns the delivery in a final state. Pure. */
export const withEnd = (
  { next: _, ...state }: DeliveryState,
  end: Exclude<DeliveryState['state'], 'pending'>,
  now: Date,
): DeliveryState => ({ ...state, attempts: closeAttempts(state.attempts), state: end, endedAt: now.toISOString() })

/** Returns the delivery with an attempt due now, and a new series of retries. Pure. */
export function restartAttempts(
  { endedAt: _, problem: __, ...state }: DeliveryState,
  { timesDisabled = 0 }: WebhookState,
  now: Date,
): DeliveryState {
  const number = (state.attempts.at(-1)?.number ?? 0) + 1
  const at = now.toISOString()
  const next = { number, at, isSent: false }
  return {
    ...state,
    attempts: closeAttempts(state.attempts),
    state: 'pending',
    next,
    series: { first: number, at, timesDisabled },
  }
}

const closeAttempts = (attempts: readonly Attempt[]): Attempt[] =>
  attempts.map((attempt) => (attempt.outcome === 'under-way' ? { ...attempt, outcome: 'unknown' } : attempt))

const toTimes = ({ startedAt }: Attempt, now: Date) => ({
  endedAt: now.toISOString(),
  milliseconds: Math.max(0, now.getTime() - Date.parse(startedAt)),
})

function toOutcome(answer: Answer): Pick<Attempt, 'status' | 'outcome' | 'problem'> {
  if (!('status' in answer)) return { outcome: 'failed', problem: { code: answer.code, detail: answer.message } }
  const { status } = answer
  return { status, outcome: status >= 200 && status < 300 ? 'delivered' : 'refused' }
}

/** `Retry-After` is only defined for 429 and 503. @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
const getRetryAfter = ({
  status,
  retryAfter,
}: {
  status: number
  retryAfter: string | undefined
}): string | undefined => (status === 429 || status === 503 ? retryAfter : undefined)
