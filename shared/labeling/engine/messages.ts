import * as z from 'zod'
import type { Ports } from '../../platform/ports.ts'
import type { WorkId } from './folders.ts'

/** A shard was closed: its receipt is to be written, and after the last one the result. */
export const ShardClosedMessage = z.object({
  task: z.literal('shard-closed'),
  job: z.string(),
  workId: z.string(),
  shard: z.int().nonnegative(),
  requestId: z.string(),
})
export type ShardClosedMessage = z.infer<typeof ShardClosedMessage>

/** A shard cannot be read: it is to be made again from its answers. */
export const RebuildShardMessage = z.object({
  task: z.literal('rebuild-shard'),
  job: z.string(),
  workId: z.string(),
  shard: z.int().nonnegative(),
  requestId: z.string(),
})
export type RebuildShardMessage = z.infer<typeof RebuildShardMessage>

/** A job is to be looked at: leases that have expired, its time, what a crash has left undone. It comes back by itself. */
export const WatchLabelingMessage = z.object({
  task: z.literal('watch-labeling'),
  job: z.string(),
  workId: z.string(),
  requestId: z.string(),
})
export type WatchLabelingMessage = z.infer<typeof WatchLabelingMessage>

/** The owner of a job is to be told something: that reviewers are needed, or that a worker gets no more tasks. */
export const NotifyOwnerMessage = z.object({
  task: z.literal('notify-owner'),
  job: z.string(),
  workId: z.string(),
  /** Whether there is a dispute for reviewers. */
  isDisputed: z.boolean().optional(),
  requestId: z.string(),
})
export type NotifyOwnerMessage = z.infer<typeof NotifyOwnerMessage>

export async function sendNotifyOwner(
  { job, workId }: WorkId,
  notice: Pick<NotifyOwnerMessage, 'isDisputed'>,
  { messages, requestId }: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  const message: NotifyOwnerMessage = { task: 'notify-owner', job, workId, ...notice, requestId }
  await messages.send('tasks', [message])
}

/** The answers of a worker are too often wrong in some shard: all shards are to be looked at. */
export const JudgeWorkersMessage = z.object({
  task: z.literal('judge-workers'),
  job: z.string(),
  workId: z.string(),
  requestId: z.string(),
})
export type JudgeWorkersMessage = z.infer<typeof JudgeWorkersMessage>

export async function sendJudgeWorkers(
  { job, workId }: WorkId,
  { messages, requestId }: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  const message: JudgeWorkersMessage = { task: 'judge-workers', job, workId, requestId }
  await messages.send('tasks', [message])
}

export async function sendShardClosed(
  { job, workId }: WorkId,
  shard: number,
  { messages, requestId }: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  const message: ShardClosedMessage = { task: 'shard-closed', job, workId, shard, requestId }
  await messages.send('tasks', [message])
}

export async function sendRebuildShard(
  { job, workId }: WorkId,
  shard: number,
  { messages, requestId }: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  const message: RebuildShardMessage = { task: 'rebuild-shard', job, workId, shard, requestId }
  await messages.send('tasks', [message])
}

/** How often a job is looked at at least: the longest delay of an SQS message. */
export const MAX_WATCH_SECONDS = 900

/** @param delaySeconds 0 to 900 */
export async function sendWatch(
  { job, workId }: WorkId,
  delaySeconds: number,
  { messages, requestId }: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  const message: WatchLabelingMessage = { task: 'watch-labeling', job, workId, requestId }
  await messages.send('tasks', [message], delaySeconds)
}
