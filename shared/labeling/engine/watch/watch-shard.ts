import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { replaceState } from '../../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../../platform/state/retry-on-conflict.ts'
import { shardKey } from '../folders.ts'
import { findLeftAnswers } from '../serving/found-answers.ts'
import { isOver } from '../serving/known-work.ts'
import { allEnded, isExpired } from '../serving/lines.ts'
import { closeIfComplete, endLease } from '../serving/shard-changes.ts'
import { readShard, type Shard, shardRef } from '../shard.ts'
import type { Work } from '../work.ts'
import { STOPPING_MILLISECONDS } from './next-watch.ts'

type Needs = Pick<Ports, 'objects' | 'newId' | 'now' | 'log'>

/**
 * Looks at a shard: ends leases that have expired, and closes it where nothing more can come. When a job has been
 * stopping for long enough, all leases end. By then every function knows that it was stopped, so that an answer is
 * acknowledged as counted only if the shard still takes it.
 * @returns the shard as it is now; undefined when it is missing or damaged, which is logged
 */
export function watchShard(work: Work, number: number, ports: Needs): Promise<Shard | undefined> {
  return retryOnConflict(shardKey(work, number), async () => {
    const state = await readOrCorrupt(readShard(work, number, ports))
    if (!state || state instanceof CorruptStateError) {
      ports.log.error('state.corrupt', { key: shardKey(work, number) })
      return undefined
    }
    if (state.value.closed) return state.value
    const now = ports.now()
    const ending = state.value.leases.filter((lease) => isExpired(lease, now) || isStopTimeOver(work, now))
    const found = await Promise.all(ending.map((lease) => findLeftAnswers(work, state.value, lease, ports)))
    const settled = ending.reduce((shard, lease, index) => endLease(shard, lease, found[index] ?? [], now), state.value)
    const next = closeIfNothingComes(settled, work, now)
    if (next === state.value) return next
    return (await replaceState(shardRef(work, number), state, next, ports)) ? next : CONFLICT
  })
}

const isStopTimeOver = ({ stop }: Work, now: Date): boolean =>
  stop !== undefined && now.getTime() - Date.parse(stop.at) >= STOPPING_MILLISECONDS

/** Closes a shard that is complete, or of a job that is over, unless a worker still has lines of it. Pure. */
function closeIfNothingComes(shard: Shard, work: Work, now: Date): Shard {
  if (!isOver(work, now) || shard.leases.length > 0 || allEnded(shard, work)) return closeIfComplete(shard, work, now)
  return { ...shard, closed: { at: now.toISOString(), because: work.stop ? 'stopped' : 'deadline' } }
}
