import type { Work } from '../work.ts'

/** The time that a worker has for a block. */
const BLOCK_SECONDS = 900
/** The time for few lines: near the end others wait for them. */
const SHORT_SECONDS = 300
const FEW_LINES = 3
/** A block takes at least so many times as long as its owner allows for an image. */
const TASKS_OF_A_BLOCK = 3

/** The longest lease of a job. Pure. */
export const leaseSeconds = ({ taskTimeLimitSeconds }: Pick<Work, 'taskTimeLimitSeconds'>): number =>
  Math.max(BLOCK_SECONDS, TASKS_OF_A_BLOCK * taskTimeLimitSeconds)

/** A link outlives its lease by this. */
const LINK_MARGIN_SECONDS = 300

/** Returns for how long a link to an image is valid at least. Pure. @param lease the longest time that a worker has the image */
export const linkSeconds = (lease: number): number => lease + LINK_MARGIN_SECONDS

/** Returns until when a worker gets so many lines, RFC 3339: not longer than the job has time. Pure. */
export function leaseUntil(work: Work, lines: number, now: Date): string {
  const normal = leaseSeconds(work)
  const seconds = lines <= FEW_LINES ? Math.min(normal, Math.max(SHORT_SECONDS, work.taskTimeLimitSeconds)) : normal
  return new Date(Math.min(now.getTime() + seconds * 1000, Date.parse(work.deadline))).toISOString()
}

const MIN_WAIT_SECONDS = 20
const MAX_WAIT_SECONDS = 300

/**
 * Returns how long a worker waits who can get nothing now: each time in a row twice as long as before, from 20 seconds to
 * 5 minutes, but not longer than until the first lines may come free. Pure.
 * @param waits how often in a row the worker was told to wait
 * @param freeAt milliseconds since 1970
 */
export function waitSeconds(waits: number, freeAt: number, now: Date): number {
  const growing = Math.min(MAX_WAIT_SECONDS, MIN_WAIT_SECONDS * 2 ** Math.min(waits, 10))
  const untilFree = Math.ceil((freeAt - now.getTime()) / 1000) + 1
  return Math.max(MIN_WAIT_SECONDS, Math.min(growing, untilFree))
}
