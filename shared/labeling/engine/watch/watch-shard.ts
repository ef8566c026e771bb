import type { Ports } from '../../../platform/ports.ts'
import { replaceState, type State } from '../../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../../platform/state/retry-on-conflict.ts'
import { shardKey } from '../folders.ts'
import { judgeChanges } from '../judging/judge-changes.ts'
import { collectAnswers } from '../rebuild/collect-answers.ts'
import { readOrRebuild } from '../rebuild/read-or-rebuild.ts'
import { findLeftAnswers } from '../serving/found-answers.ts'
import { isOver } from '../serving/known-work.ts'
import { allEnded, isExpired } from '../serving/lines.ts'
import { closeIfComplete, endLease, mayBeLeased } from '../serving/shard-changes.ts'
import { type Shard, shardRef } from '../shard.ts'
import { isStopTimeOver } from '../stop-time.ts'
import type { Work } from '../work.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'newId' | 'now' | 'log'>

/**
 * Looks at a shard: ends leases that have expired, and closes it where nothing more can come. When a job has been
 * stopping for long enough, all leases end. A shard that is missing or damaged is made again.
 * @returns the shard as it is now; undefined when it cannot be read nor made again, which is logged
 */
export function watchShard(work: Work, number: number, ports: Needs): Promise<State<Shard> | undefined> {
  return retryOnConflict(shardKey(work, number), async () => {
    const state = await readOrRebuild(work, number, ports)
    if (state === CONFLICT || state === undefined) return state
    if (state.value.closed) return state
    const now = ports.now()
    const shard = await collectAnswers(work, state.value, now, ports)
    const ending = shard.leases.filter((lease) => isExpired(lease, now) || isStopTimeOver(work, now))
    const found = await Promise.all(ending.map((lease) => findLeftAnswers(work, shard, lease, ports)))
    const ended = ending.reduce((one, lease, index) => endLease(one, lease, found[index] ?? [], now), shard)
    const judged = await judgeChanges(work, state.value, ended, ports)
    const next = closeIfNothingComes(judged, work, now)
    if (next === state.value) return state
    return (await replaceState(shardRef(work, number), state, next, ports)) ?? CONFLICT
  })
}

/** Closes a shard that is complete, or of a job that is over, unless a worker still has lines of it. Pure. */
function closeIfNothingComes(shard: Shard, work: Work, now: Date): Shard {
  if (!isOver(work, now) || mayBeLeased(shard) || allEnded(shard, work)) return closeIfComplete(shard, work, now)
  return { ...shard, closed: { at: now.toISOString(), because: work.stop ? 'stopped' : 'deadline' } }
}
