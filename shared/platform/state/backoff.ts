import { setTimeout as sleep } from 'node:timers/promises'

const LONGEST = 2000

/** Waits before attempt `attempt` (from 1) is made again: a random part of 50 ms, doubled each time, two seconds at most. */
export const backoff = (attempt: number): Promise<void> => sleep(Math.random() * Math.min(LONGEST, 50 * 2 ** attempt))
