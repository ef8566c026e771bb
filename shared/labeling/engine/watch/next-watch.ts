import { MAX_WATCH_SECONDS } from '../messages.ts'
import { isOver } from '../serving/known-work.ts'
import { hasRoom } from '../serving/lines.ts'
import type { Shard } from '../shard.ts'
import { STOPPING_MILLISECONDS } from '../stop-time.ts'
import type { Work } from '../work.ts'

/** A lease that has expired is looked at so much later, as clocks differ. */
const MARGIN_SECONDS = 5
/** How often a job with stopping conditions is looked at. */
const CONDITION_SECONDS = 60

/**
 * Returns after how many seconds a job is looked at again: at the latest in a quarter of an hour. A job that is over, or
 * all of whose lines are with workers, is looked at as soon as the first lease expires. Pure.
 * @param shards the shards that are open
 */
export function nextWatchSeconds(work: Work, shards: readonly Shard[], now: Date): number {
  const times = [Date.parse(work.deadline)]
  const isWaiting = isOver(work, now) || !shards.some((shard) => hasRoom(shard, work))
  if (isWaiting) times.push(...shards.flatMap(leaseEnds))
  if (work.stop) times.push(Date.parse(work.stop.at) + STOPPING_MILLISECONDS)
  if (work.stoppingConditions) times.push(now.getTime() + CONDITION_SECONDS * 1000)
  const ahead = times.filter((time) => time > now.getTime())
  const seconds = Math.ceil((Math.min(...ahead) - now.getTime()) / 1000) + MARGIN_SECONDS
  return Math.min(MAX_WATCH_SECONDS, seconds)
}

/** Returns when the leases of a shard end, in milliseconds since 1970. */
const leaseEnds = ({ leases, rebuilt }: Shard): number[] =>
  [...leases.map(({ until }) => until), ...(rebuilt?.leasesUntil === undefined ? [] : [rebuilt.leasesUntil])].map(
    (until) => Date.parse(until),
  )
