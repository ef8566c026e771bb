import pLimit from 'p-limit'
import type { Ports } from '../../../platform/ports.ts'
import type { ShardClosedMessage, WatchLabelingMessage } from '../messages.ts'
import { MAX_WATCH_SECONDS, sendWatch } from '../messages.ts'
import { startResult } from '../result/result-job.ts'
import { isOver } from '../serving/known-work.ts'
import { hasRoom } from '../serving/lines.ts'
import type { Shard } from '../shard.ts'
import { countShards, findWork, type Work } from '../work.ts'
import { listShardEnds, writeShardEnd } from './shard-ends.ts'
import { CONDITION_SECONDS, stopIfConditionMet } from './stopping-conditions.ts'
import { STOPPING_MILLISECONDS, watchShard } from './watch-shard.ts'

/** A lease that has expired is looked at so much later, as clocks differ. */
const MARGIN_SECONDS = 5
/** Shards that are looked at side by side. */
const MAX_IN_FLIGHT = 32

/** Starts to watch a job that was created. */
export const startWatching = (work: Work, ports: Pick<Ports, 'messages' | 'requestId' | 'now'>): Promise<void> =>
  sendWatch(work, nextWatchSeconds(work, [], ports.now()), ports)

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
  const shards = await Promise.all(
    open.map((number) =>
      limit(async () => {
        const shard = await watchShard(work, number, ports)
        // A shard that cannot be read would keep a job that is over from ending.
        const isClosed = shard ? shard.closed !== undefined : isOver(work, ports.now())
        if (isClosed) await writeShardEnd(work, number, ports)
        return isClosed ? undefined : { number, shard }
      }),
    ),
  )
  const left = shards.filter((shard) => shard !== undefined)
  ports.log.info('labeling_work.watched', { job, openShards: left.length })
  if (left.length === 0) await startResult(work, ports)
  else await stopIfConditionMet(work, ports)
  const readable = left.flatMap(({ shard }) => shard ?? [])
  await sendWatch(work, nextWatchSeconds(work, readable, ports.now()), ports)
}

/** Writes the receipt of a closed shard. The last one starts to write the result. */
export async function recordClosedShard({ job, workId, shard }: ShardClosedMessage, ports: Ports): Promise<void> {
  const work = await findRunning(job, workId, ports)
  if (!work) return
  await writeShardEnd(work, shard, ports)
  const ended = await listShardEnds(work, ports)
  if (ended.size === countShards(work)) await startResult(work, ports)
  else await stopIfConditionMet(work, ports)
}

async function findRunning(job: string, workId: string, ports: Pick<Ports, 'objects'>): Promise<Work | undefined> {
  const work = (await findWork(job, ports))?.value
  return work?.workId === workId && !work.end ? work : undefined
}

/**
 * Returns after how many seconds a job is looked at again: at the latest in a quarter of an hour. A job that is over, or
 * all of whose lines are with workers, is looked at as soon as the first lease expires. Pure.
 * @param shards the shards that are open
 */
function nextWatchSeconds(work: Work, shards: readonly Shard[], now: Date): number {
  const times = [Date.parse(work.deadline)]
  const isWaiting = isOver(work, now) || !shards.some((shard) => hasRoom(shard, work))
  if (isWaiting) times.push(...shards.flatMap(({ leases }) => leases.map(({ until }) => Date.parse(until))))
  if (work.stop) times.push(Date.parse(work.stop.at) + STOPPING_MILLISECONDS)
  if (work.stoppingConditions) times.push(now.getTime() + CONDITION_SECONDS * 1000)
  const ahead = times.filter((time) => time > now.getTime())
  const seconds = Math.ceil((Math.min(...ahead) - now.getTime()) / 1000) + MARGIN_SECONDS
  return Math.min(MAX_WATCH_SECONDS, seconds)
}
