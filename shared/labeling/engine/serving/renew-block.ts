import type { NextTasks } from '../../../contracts/labeling-task.ts'
import { awaitAll } from '../../../platform/await-all.ts'
import type { Ports } from '../../../platform/ports.ts'
import { replaceState } from '../../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../../platform/state/retry-on-conflict.ts'
import { shardKey } from '../folders.ts'
import { isPracticeBlock } from '../practice/practice-block.ts'
import { orAskToRebuild } from '../rebuild/ask-to-rebuild.ts'
import { readShard, type Shard, shardRef, type TaskLease } from '../shard.ts'
import { countShards, type Work } from '../work.ts'
import { parseBlock, toWork } from './block.ts'
import { findLeftAnswers } from './found-answers.ts'
import { getsNoTasks } from './known-work.ts'
import { leaseSeconds, leaseUntil } from './lease-time.ts'
import { nextTasks } from './next-tasks.ts'
import { withExtendedLease } from './shard-changes.ts'
import { findJobOfWorker, type TaskWorker } from './worker-job.ts'

type Needs = Pick<Ports, 'objects' | 'bucket' | 'messages' | 'log' | 'newId' | 'now' | 'requestId'>

/**
 * Gives a worker more time for a block, and fresh links and tickets. A lease of which more than half is left is not
 * extended. One that has expired is, unless its lines were given to others: then the worker gets the next tasks.
 * @throws AppError as {@link nextTasks} does
 */
export async function renewBlock(job: string, worker: TaskWorker, block: string, ports: Needs): Promise<NextTasks> {
  // Nobody waits for practice images: they are given again, with fresh links.
  if (isPracticeBlock(block)) return await nextTasks(job, worker, {}, ports)
  const { work } = await findJobOfWorker(job, worker, ports)
  const { shard: number, lease: id } = parseBlock(block)
  const renew = async (): Promise<NextTasks | typeof CONFLICT | undefined> => {
    const state = await orAskToRebuild(work, number, readShard(work, number, ports), ports)
    const lease = state?.value.leases.find((one) => one.id === id && one.worker === worker.id)
    if (!state || !lease) return undefined
    const extended = extend(work, state.value, lease, ports.now())
    const [written, reply] = await awaitAll([
      extended ? replaceState(shardRef(work, number), state, extended.shard, ports) : state,
      toAnsweredWork(work, state.value, extended?.lease ?? lease, ports),
    ])
    return written ? reply : CONFLICT
  }
  const isHere = number < countShards(work) && !getsNoTasks(work, worker.id, ports.now())
  const reply = isHere ? await retryOnConflict(shardKey(work, number), renew) : undefined
  return reply ?? (await nextTasks(job, worker, {}, ports))
}

/** Returns the tasks of a lease, with what is known of the answers that its worker has given already. */
const toAnsweredWork = async (work: Work, shard: Shard, lease: TaskLease, ports: Needs): Promise<NextTasks> =>
  await toWork(work, shard, lease, await findLeftAnswers(work, shard, lease, ports), leaseSeconds(work), ports)

/** Returns the shard with a longer lease; undefined where more than half of it is left. Pure. */
function extend(work: Work, shard: Shard, lease: TaskLease, now: Date) {
  const until = leaseUntil(work, lease.lines.length, now)
  const left = Date.parse(lease.until) - now.getTime()
  if (2 * left > Date.parse(until) - now.getTime()) return undefined
  const extended = withExtendedLease(shard, lease.id, until)
  return extended && { shard: extended, lease: { ...lease, until } }
}
