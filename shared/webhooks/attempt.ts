import type { AppError } from '../contracts/errors.ts'
import type { Attempt, DeliveryState } from './delivery.ts'
import { isInFlight } from './next-step.ts'
import { retryAt } from './schedule.ts'

/** Redelivered again and again, a delivery still fits into one object. */
const MOST_ATTEMPTS_KEPT = 100

/** What a receiver answered, or why there is no answer. */
export type Answer = { readonly status: number; readonly retryAfter: string | undefined } | AppError

/** The receiver wants no more of this webhook's events. */
export const isEndpointGone = (answer: Answer): boolean => 'status' in answer && answer.status === 410

/** The delivery with a new attempt under way; one that nobody ended stays as `unknown`. Pure. */
export function withAttempt({ next: _, ...state }: DeliveryState, number: number, now: Date): DeliveryState {
  const attempt: Attempt = { number, startedAt: now.toISOString(), outcome: 'under-way' }
  return { ...state, attempts: [...settled(state.attempts), attempt].slice(-MOST_ATTEMPTS_KEPT) }
}

/** The delivery after its attempt, with the next one where there is to be one; undefined when it is another's by now. Pure. */
export function withAnswer(state: DeliveryState, number: number, answer: Answer, now: Date): DeliveryState | undefined {
  const attempt = isInFlight(state)
  if (attempt?.number !== number) return undefined
  const ended: Attempt = { ...attempt, ...outcomeOf(answer), ...timesOf(attempt, now) }
  const tried = { ...state, attempts: [...state.attempts.slice(0, -1), ended] }
  if (ended.outcome === 'delivered') return withEnd(tried, 'delivered', now)
  if (isEndpointGone(answer)) return withEnd(tried, 'stopped', now)
  const at = retryAt(state, number, now, 'status' in answer ? askedToWait(answer) : undefined)
  if (!at) return withEnd(tried, 'failed', now)
  return { ...tried, next: { number: number + 1, at: at.toISOString(), isSent: false } }
}

/** The delivery as one that is over. Pure. */
export const withEnd = (
  { next: _, ...state }: DeliveryState,
  end: Exclude<DeliveryState['state'], 'pending'>,
  now: Date,
): DeliveryState => ({ ...state, attempts: settled(state.attempts), state: end, endedAt: now.toISOString() })

/** The delivery as one to be made at once, with a series of retries of its own. Pure. */
export function restartAttempts({ endedAt: _, ...state }: DeliveryState, now: Date): DeliveryState {
  const number = (state.attempts.at(-1)?.number ?? 0) + 1
  const at = now.toISOString()
  const next = { number, at, isSent: false }
  return { ...state, attempts: settled(state.attempts), state: 'pending', next, series: { first: number, at } }
}

const settled = (attempts: readonly Attempt[]): Attempt[] =>
  attempts.map((attempt) => (attempt.outcome === 'under-way' ? { ...attempt, outcome: 'unknown' } : attempt))

const timesOf = ({ startedAt }: Attempt, now: Date) => ({
  endedAt: now.toISOString(),
  milliseconds: Math.max(0, now.getTime() - Date.parse(startedAt)),
})

function outcomeOf(answer: Answer): Pick<Attempt, 'status' | 'outcome' | 'problem'> {
  if (!('status' in answer)) return { outcome: 'failed', problem: { code: answer.code, detail: answer.message } }
  const { status } = answer
  return { status, outcome: status >= 200 && status < 300 ? 'delivered' : 'refused' }
}

/** Only these two say for how long they will not take anything. */
const askedToWait = ({ status, retryAfter }: { status: number; retryAfter: string | undefined }): string | undefined =>
  status === 429 || status === 503 ? retryAfter : undefined
