/** The time that a worker was active on an image, in milliseconds. */
export interface ActiveTime {
  readonly total: number
  /** When the worker did something last. */
  readonly lastAt: number
}

/** Who does nothing for longer than this is elsewhere: none of that time counts. */
const MAX_PAUSE_MILLISECONDS = 30_000

export const startActiveTime = (now: number): ActiveTime => ({ total: 0, lastAt: now })

/** Returns the time after the worker has done something. Pure. */
export function withActivity({ total, lastAt }: ActiveTime, now: number): ActiveTime {
  const pause = now - lastAt
  const isPause = pause > MAX_PAUSE_MILLISECONDS || pause < 0
  return { total: total + (isPause ? 0 : pause), lastAt: now }
}
