/** How a resource answered the latest requests for it. */
export interface PollHistory {
  /** `Retry-After` of the latest answer: the resource is being worked on. Undefined where it is at rest. */
  readonly retryAfterSeconds: number | undefined
  /** Answers in a row that were the same. */
  readonly unchanged: number
  /** Failures in a row that may go away by themselves. */
  readonly failures: number
}

/** Nothing has been asked yet. */
export const NO_HISTORY: PollHistory = { retryAfterSeconds: undefined, unchanged: 0, failures: 0 }

const MAX_RUNNING_MILLISECONDS = 15_000
const REST_MILLISECONDS = 20_000
const MAX_REST_MILLISECONDS = 120_000
const MAX_FAILING_MILLISECONDS = 60_000

/**
 * Returns after how many milliseconds a resource is asked for again. Not before it said so; less often the longer it
 * stays the same; and with doubled pauses while the server fails. Pure.
 */
export function nextPollMilliseconds({ retryAfterSeconds, unchanged, failures }: PollHistory): number {
  if (failures > 0)
    return Math.max((retryAfterSeconds ?? 0) * 1000, Math.min(MAX_FAILING_MILLISECONDS, 1000 * 2 ** failures))
  if (retryAfterSeconds === undefined) return Math.min(MAX_REST_MILLISECONDS, REST_MILLISECONDS * 1.5 ** unchanged)
  const least = Math.max(1000, retryAfterSeconds * 1000)
  return Math.max(least, Math.min(MAX_RUNNING_MILLISECONDS, least * 1.3 ** unchanged))
}

/** What happened to a poll. */
export interface PollResult {
  readonly type: 'changed' | 'unchanged' | 'failed'
  readonly retryAfterSeconds: number | undefined
}

/** Returns the history with one more result. Pure. */
export function recordPoll({ unchanged, failures }: PollHistory, result: PollResult): PollHistory {
  const { retryAfterSeconds } = result
  if (result.type === 'failed') return { retryAfterSeconds, unchanged, failures: failures + 1 }
  return { retryAfterSeconds, unchanged: result.type === 'changed' ? 0 : unchanged + 1, failures: 0 }
}
