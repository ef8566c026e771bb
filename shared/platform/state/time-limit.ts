/** More than the clocks of functions differ. */
const MAX_SKEW_MILLISECONDS = 15 * 60_000

/**
 * Whether a stored time limit still lies ahead. One that lies further ahead than it can was stored by a function whose
 * clock was wrong: it does not count, because waiting for it could take years. Pure.
 * @param limit in milliseconds since 1970
 * @param longest how far ahead the limit is set at most, in milliseconds
 */
export const isAhead = (limit: number, longest: number, now: Date): boolean =>
  limit > now.getTime() && limit - now.getTime() <= longest + MAX_SKEW_MILLISECONDS
