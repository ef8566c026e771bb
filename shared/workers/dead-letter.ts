import { deadLetterRun } from '../batches/pipeline/run-batch.ts'
import { AppError } from '../contracts/errors.ts'
import { MAX_WATCH_SECONDS, sendWatch } from '../labeling/engine/messages.ts'
import { retryRecordJobEnd } from '../labeling/engine/result/end-work.ts'
import type { ChunkMessage } from '../platform/fan-out/messages.ts'
import { deadLetterChunks } from '../platform/fan-out/run-round.ts'
import { MAX_CHECKS_WITHOUT_PROGRESS, nextCheck, sendCheck } from '../platform/fan-out/watch-round.ts'
import type { Ports } from '../platform/ports.ts'
import { deadLetterTestImage } from '../test-images/fetch.ts'
import type { FetchTestImageMessage } from '../test-images/test-image.ts'
import { toRoundRef } from './registry.ts'
import type { TaskMessage } from './run-task.ts'

const toFailure = (what: string) =>
  new AppError('internal', `${what} failed repeatedly and was abandoned; the log has the cause.`)

/**
 * Consumes the dead-letter queue: records the work of a message that failed repeatedly as failed, so that every round,
 * run and test image reaches a final state.
 */
export async function deadLetter(
  message: TaskMessage | ChunkMessage | FetchTestImageMessage,
  ports: Ports,
): Promise<void> {
  if ('imageId' in message) return deadLetterTestImage(message.imageId, toFailure('Fetching the image'), ports)
  if ('chunk' in message)
    return deadLetterChunks(toRoundRef(message), message.chunk, toFailure('This part of the work'), ports)
  return deadLetterTask(message, ports)
}

async function deadLetterTask(message: TaskMessage, ports: Ports): Promise<void> {
  // DeadLetterAlarm in deploy/alarms.yml filters on this event name.
  ports.log.error('task.dead_lettered', { task: message.task })
  switch (message.task) {
    case 'start-round':
      // The round itself may go on, although this look at it failed.
      if (message.check && message.check.number < MAX_CHECKS_WITHOUT_PROGRESS)
        return sendCheck(toRoundRef(message), nextCheck(message.check), ports)
      return deadLetterChunks(toRoundRef(message), 'round', toFailure('Dispatching the round'), ports)
    case 'run-batch':
      return deadLetterRun(message, toFailure, ports)
    case 'delete-batch':
      // The batch stays in state `deleting`; repeating the DELETE resumes it.
      return
    case 'record-job-end':
      return retryRecordJobEnd(message, ports)
    case 'shard-closed':
    case 'rebuild-shard':
    case 'notify-owner':
    case 'judge-workers':
      // The message that watches the job finds the shard, the disputes and the workers again.
      return
    case 'watch-labeling':
      return sendWatch(message, MAX_WATCH_SECONDS, ports)
  }
}
