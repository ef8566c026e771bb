import { createHash } from 'node:crypto'
import type { DeliveryState } from './delivery.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** The delay after each failed attempt of a series. */
export const DELAYS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const

/** Each delay varies by up to 10 %, so that deliveries that failed together are not retried together. */
const JITTER = 0.1

/** A longer `Retry-After` is cut off. */
const MAX_RETRY_AFTER_MILLISECONDS = 24 * HOUR

/** No attempt is due later than this after the one before it. */
export const LONGEST_DELAY_MILLISECONDS = Math.max(...DELAYS, MAX_RETRY_AFTER_MILLISECONDS) * (1 + JITTER)

/**
 * Returns when the next attempt after a failed one is due; undefined when that was the last one. `webhook.test` is
 * attempted once. Pure, and deterministic: the jitter depends on the delivery and the attempt only.
 * @param number the attempt that failed
 * @param retryAfter the receiver's `Retry-After` header, which can extend the delay, up to a day
 */
export function retryAt(
  { delivery, event, series }: Pick<DeliveryState, 'delivery' | 'event' | 'series'>,
  number: number,
  endedAt: Date,
  retryAfter?: string,
): Date | undefined {
  const delay = event.type === 'webhook.test' ? undefined : DELAYS[number - series.first]
  if (delay === undefined) return undefined
  const jittered = Math.round(delay * (1 + JITTER * jitter(delivery, number)))
  const requested = Math.min(parseRetryAfter(retryAfter, endedAt), MAX_RETRY_AFTER_MILLISECONDS)
  return new Date(endedAt.getTime() + Math.max(jittered, requested))
}

/** Returns a pseudo-random number from -1 to 1, the same for each call about one attempt. */
function jitter(delivery: string, number: number): number {
  const hash = createHash('sha256').update(`${delivery} ${number}`).digest()
  return (hash.readUInt32BE(0) / 0xffffffff) * 2 - 1
}

/** Parses `Retry-After`, which is in seconds or a date, into milliseconds; 0 when absent or invalid. */
function parseRetryAfter(retryAfter: string | undefined, now: Date): number {
  if (retryAfter === undefined) return 0
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * SECOND
  const until = Date.parse(retryAfter)
  return Number.isNaN(until) ? 0 : Math.max(0, until - now.getTime())
}
