import type { Work } from './work.ts'

/** How long the workers of a stopped job have to finish their blocks. */
export const STOPPING_MILLISECONDS = 15 * 60_000

/**
 * Whether a job was stopped so long ago that all leases end. By then every function knows that it was stopped, so that an
 * answer is acknowledged as counted only if its shard still takes it. Pure.
 */
export const isStopTimeOver = ({ stop }: Pick<Work, 'stop'>, now: Date): boolean =>
  stop !== undefined && now.getTime() - Date.parse(stop.at) >= STOPPING_MILLISECONDS
