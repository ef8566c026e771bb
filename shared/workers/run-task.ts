import * as z from 'zod'
import { resumeDeletion } from '../batches/delete.ts'
import { runBatch } from '../batches/pipeline/run-batch.ts'
import { DeleteBatchMessage, RunBatchMessage } from '../batches/record/messages.ts'
import {
  JudgeWorkersMessage,
  NotifyOwnerMessage,
  RebuildShardMessage,
  ShardClosedMessage,
  WatchLabelingMessage,
} from '../labeling/engine/messages.ts'
import { RecordJobEndMessage } from '../labeling/engine/result/end-work.ts'
import { judgeWorkers, lookAtShard, watchWork } from '../labeling/engine/watch/watch-work.ts'
import { notifyOwner } from '../labeling/jobs/notify-owner.ts'
import { recordJobEnd } from '../labeling/jobs/record-job-end.ts'
import { StartRoundMessage } from '../platform/fan-out/messages.ts'
import { dispatchRound } from '../platform/fan-out/run-round.ts'
import type { Ports } from '../platform/ports.ts'
import { toRoundRef } from './registry.ts'

/** A message of the queue `tasks`: work that a single worker does. */
export const TaskMessage = z.discriminatedUnion('task', [
  StartRoundMessage,
  RunBatchMessage,
  DeleteBatchMessage,
  RecordJobEndMessage,
  ShardClosedMessage,
  RebuildShardMessage,
  WatchLabelingMessage,
  NotifyOwnerMessage,
  JudgeWorkersMessage,
])
export type TaskMessage = z.infer<typeof TaskMessage>

/** Runs a task. Tasks are idempotent, because SQS may deliver a message more than once. */
export async function runTask(message: TaskMessage, ports: Ports): Promise<void> {
  switch (message.task) {
    case 'start-round':
      return dispatchRound(toRoundRef(message), message, ports)
    case 'run-batch':
      return runBatch(message, ports)
    case 'delete-batch':
      return resumeDeletion(message, ports)
    case 'record-job-end':
      return recordJobEnd(message.job, ports)
    case 'shard-closed':
    case 'rebuild-shard':
      return lookAtShard(message, ports)
    case 'watch-labeling':
      return watchWork(message, ports)
    case 'notify-owner':
      return notifyOwner(message, ports)
    case 'judge-workers':
      return judgeWorkers(message, ports)
  }
}
