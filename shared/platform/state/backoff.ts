import { setTimeout as sleep } from 'node:timers/promises'

const BASE_MILLISECONDS = 50
const MAX_MILLISECONDS = 2000

/**
 * Waits before an attempt is repeated: exponential backoff with full jitter.
 * @param attempt number of the attempt that failed, from 1; the wait is a random part of 50 ms · 2^attempt, at most 2 s
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoff = (attempt: number): Promise<void> =>
  sleep(Math.random() * Math.min(MAX_MILLISECONDS, BASE_MILLISECONDS * 2 ** attempt))
