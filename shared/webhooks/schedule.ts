import { createHash } from 'node:crypto'
import type { DeliveryState } from './delivery.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long after each failed attempt of a series the next one is made. */
const DELAYS = [
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

/** A delay is up to a tenth shorter or longer, so that what failed together does not come again together. */
const JITTER = 0.1

/** However long a receiver asks us to wait. */
const LONGEST_RETRY_AFTER = 24 * HOUR

/**
 * When the next attempt is due after one that failed; undefined when that was the last. A test is tried once: who asks
 * for it looks at what came of it. The same answer for whoever asks again. Pure.
 * @param number the attempt that failed
 * @param retryAfter the receiver's header of that name: it may make the wait longer, up to a day
 */
export function retryAt(
  { delivery, event, series }: Pick<DeliveryState, 'delivery' | 'event' | 'series'>,
  number: number,
  endedAt: Date,
  retryAfter?: string,
): Date | undefined {
  const delay = event.type === 'webhook.test' ? undefined : DELAYS[number - series.first]
  if (delay === undefined) return undefined
  const jittered = Math.round(delay * (1 + JITTER * spread(delivery, number)))
  const asked = Math.min(askedFor(retryAfter, endedAt), LONGEST_RETRY_AFTER)
  return new Date(endedAt.getTime() + Math.max(jittered, asked))
}

/** From -1 to 1, by chance, and the same each time for one attempt. */
function spread(delivery: string, number: number): number {
  const hash = createHash('sha256').update(`${delivery} ${number}`).digest()
  return (hash.readUInt32BE(0) / 0xffffffff) * 2 - 1
}

/** The milliseconds that a `Retry-After` asks for: it has seconds or a date. 0 where it says nothing of use. */
function askedFor(retryAfter: string | undefined, now: Date): number {
  if (retryAfter === undefined) return 0
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * SECOND
  const until = Date.parse(retryAfter)
  return Number.isNaN(until) ? 0 : Math.max(0, until - now.getTime())
}
