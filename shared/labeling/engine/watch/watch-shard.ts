import type { Ports } from '../../../platform/ports.ts'
import { replaceState, type State } from '../../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../../platform/state/retry-on-conflict.ts'
import { shardKey } from '../folders.ts'
import { judgeChanges, type KnownJudgments } from '../judging/judge-changes.ts'
import { readOrRebuild } from '../rebuild/read-or-rebuild.ts'
import { endLeases } from '../serving/end-leases.ts'
import { isOver } from '../serving/known-work.ts'
import { allEnded, isExpired } from '../serving/lines.ts'
import { closeIfComplete, mayBeLeased } from '../serving/shard-changes.ts'
import { type Shard, shardRef, type TaskLease } from '../shard.ts'
import { isStopTimeOver } from '../stop-time.ts'
import type { Work } from '../work.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'newId' | 'now' | 'log'>

/**
 * Looks at a shard: ends leases that have expired, and closes it where nothing more can come. When a job has been
 * stopping for long enough, all leases end. A shard that is missing or damaged is made again.
 * @returns the shard as it is now; undefined when it cannot be read nor made again, which is logged
 */
export function watchShard(work: Work, number: number, ports: Needs): Promise<State<Shard> | undefined> {
  const known: KnownJudgments = new Map()
  return retryOnConflict(shardKey(work, number), async () => {
    const state = await readOrRebuild(work, number, ports)
    if (state === CONFLICT || state === undefined) return state
    if (state.value.closed) return state
    const now = ports.now()
    const isEnding = (lease: TaskLease): boolean => isExpired(lease, now) || isStopTimeOver(work, now)
    const ended = await endLeases(work, state.value, isEnding, now, ports)
    const judged = await judgeChanges(work, state.value, ended, known, ports)
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
