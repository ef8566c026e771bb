import { setTimeout as sleep } from 'node:timers/promises'

const BASE_MILLISECONDS = 50
const MAX_MILLISECONDS = 2000

/**
 * Returns how long to wait before an attempt is repeated: exponential backoff with full jitter. Pure.
 * @param attempt number of the attempt that failed, from 1
 * @param random from 0 to 1: which part of 50 ms · 2^attempt, at most 2 s
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoffMilliseconds = (attempt: number, random: number): number =>
  random * Math.min(MAX_MILLISECONDS, BASE_MILLISECONDS * 2 ** attempt)

/** Waits before an attempt is repeated; see {@link backoffMilliseconds}. */
export const backoff = (attempt: number): Promise<void> => sleep(backoffMilliseconds(attempt, Math.random()))
