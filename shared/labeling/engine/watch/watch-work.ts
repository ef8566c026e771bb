import pLimit from 'p-limit'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { workFolder } from '../folders.ts'
import { undecidedLines } from '../line-rules.ts'
import type { JudgeWorkersMessage, RebuildShardMessage, ShardClosedMessage, WatchLabelingMessage } from '../messages.ts'
import { sendNotifyOwner, sendShardClosed, sendWatch } from '../messages.ts'
import { collectOnce } from '../opinions/collect-shard.ts'
import { isCollected } from '../opinions/is-collected.ts'
import { MAX_SMALL_JOB_SHARDS, refreshProgress } from '../progress/refresh.ts'
import { startResult } from '../result/result-job.ts'
import { isOver } from '../serving/known-work.ts'
import { isClosed, type Shard } from '../shard.ts'
import { findPoorWorkers, isScored } from '../suspension/poor-workers.ts'
import { suspendPoorWorkers } from '../suspension/suspend-workers.ts'
import { countShards, findWork, type Work, workRef } from '../work.ts'
import { nextWatchSeconds } from './next-watch.ts'
import { listShardEnds, writeShardEnd } from './shard-ends.ts'
import { stopIfConditionMet } from './stopping-conditions.ts'
import { watchShard } from './watch-shard.ts'

/** Shards that are looked at side by side. */
const MAX_IN_FLIGHT = 32

/**
 * Looks at a job and sends the message that looks again: a job whose workers have all left is brought on by nobody else.
 * Ends leases that have expired, closes shards, and starts to write the result when all are closed. Does nothing for a job
 * that has ended or is gone.
 */
export async function watchWork({ job, workId }: WatchLabelingMessage, ports: Ports): Promise<void> {
  const work = await findRunning(job, workId, ports)
  if (!work) return
  const ended = await listShardEnds(work, ports)
  const open = Array.from({ length: countShards(work) }, (_, shard) => shard).filter((shard) => !ended.has(shard))
  const limit = pLimit(MAX_IN_FLIGHT)
  const outcomes = await limit.map(open, (number) => watchOutcome(work, number, ports))
  const left = outcomes.filter((one) => one !== 'ended')
  ports.log.info('labeling_work.watched', { job, openShards: left.length })
  if (left.length === 0) await startResult(work, ports)
  else await stopIfConditionMet(work, ports)
  const readable = left.flatMap((one) => (one === 'collecting' ? [] : (one.shard ?? [])))
  const isDisputed = readable.some((shard) => undecidedLines(shard, work).length > 0)
  if (isDisputed && work.disputedAt === undefined) await sendNotifyOwner(work, { isDisputed }, ports)
  if (left.length > 0) {
    // Whoever lists the jobs of a worker counts small ones only.
    if (countShards(work) > MAX_SMALL_JOB_SHARDS) await refreshProgress(work, ports)
    if (isScored(work)) await suspendPoorWorkers(work, false, ports)
  }
  // The message that was sent with the suspension may have been lost.
  const hasPendingNotice = Object.values(work.suspended ?? {}).some(({ isNotified }) => !isNotified)
  if (hasPendingNotice) await sendNotifyOwner(work, {}, ports)
  await sendWatch(work, nextWatchSeconds(work, readable, ports.now()), ports)
}

/** What became of a shard: it has its receipt; its opinions are being collected; people may still work in it. */
type WatchOutcome = 'ended' | 'collecting' | { readonly shard: Shard | undefined }

async function watchOutcome(work: Work, number: number, ports: Ports): Promise<WatchOutcome> {
  const shard = (await watchShard(work, number, ports))?.value
  if (shard?.closed && isCollected(work)) {
    // It takes some time, so each of them has a message of its own.
    await sendShardClosed(work, number, ports)
    return 'collecting'
  }
  // A shard that cannot be read would keep a job that is over from ending.
  if (!shard?.closed && (shard || !isOver(work, ports.now()))) return { shard }
  await writeShardEnd(work, number, ports)
  return 'ended'
}

/**
 * Looks at a shard that was closed, or that could not be read, collects the opinions in one that is closed, and writes
 * its receipt. The last receipt starts to write the result. A shard that was closed is open again if it was lost since,
 * and made again before it had a receipt.
 */
export async function lookAtShard(
  { job, workId, shard }: ShardClosedMessage | RebuildShardMessage,
  ports: Ports,
): Promise<void> {
  const work = await findRunning(job, workId, ports)
  if (!work || shard >= countShards(work)) return
  const found = await watchShard(work, shard, ports)
  if (!found || !isClosed(found.value)) return
  if (isCollected(work)) {
    const scores = await collectOnce(work, { ...found, value: found.value }, ports)
    // All that is known of a worker decides, not a single shard.
    if (findPoorWorkers(scores, work).length > 0) await suspendPoorWorkers(work, true, ports)
  }
  await writeShardEnd(work, shard, ports)
  const ended = await listShardEnds(work, ports)
  if (ended.size === countShards(work)) await startResult(work, ports)
  else await stopIfConditionMet(work, ports)
}

/** Looks at all that is known of the workers of a job, some of whom may get no more tasks. */
export async function judgeWorkers({ job, workId }: JudgeWorkersMessage, ports: Ports): Promise<void> {
  const work = await findRunning(job, workId, ports)
  if (work) await suspendPoorWorkers(work, true, ports)
}

/**
 * Returns undefined when the work has ended, or is gone.
 * @throws CorruptStateError when its record is lost, so that the message comes again: a deletion removes the record first,
 *   and then all else
 */
async function findRunning(job: string, workId: string, ports: Pick<Ports, 'objects'>): Promise<Work | undefined> {
  const work = (await findWork(job, ports))?.value
  if (work) return work.workId === workId && !work.end ? work : undefined
  const { objects } = await ports.objects.list(workFolder({ job, workId }), { limit: 1 })
  if (objects.length > 0) throw new CorruptStateError(workRef(job).key, undefined, 'it does not exist')
  return undefined
}
