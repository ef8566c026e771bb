import * as z from 'zod'
import { removeBatch } from '../batches/delete.ts'
import { deadLetterRun, runBatch } from '../batches/pipeline/run-batch.ts'
import { DeleteBatchMessage, RunBatchMessage } from '../batches/record/messages.ts'
import { AppError } from '../contracts/errors.ts'
import { type ChunkMessage, StartRoundMessage } from '../platform/fan-out/messages.ts'
import { deadLetterChunks, dispatchRound } from '../platform/fan-out/run-round.ts'
import type { Ports } from '../platform/ports.ts'
import { deadLetterTestImage } from '../test-images/fetch.ts'
import type { FetchTestImageMessage } from '../test-images/test-image.ts'
import { toRoundRef } from './registry.ts'

/** What the queue `tasks` brings: work that one worker does alone. */
export const TaskMessage = z.discriminatedUnion('task', [StartRoundMessage, RunBatchMessage, DeleteBatchMessage])
export type TaskMessage = z.infer<typeof TaskMessage>

/** Does a task; each may come again at any time. */
export async function runTask(message: TaskMessage, ports: Ports): Promise<void> {
  switch (message.task) {
    case 'start-round':
      return dispatchRound(toRoundRef(message), message.subject, ports)
    case 'run-batch':
      return runBatch(message, ports)
    case 'delete-batch':
      return removeBatch(message.batch, message.batchId, ports)
  }
}

const keptFailing = (what: string) =>
  new AppError('internal', `${what} kept failing and was given up; the log says why.`)

/** Writes down as failed what a message that kept failing was about. */
export async function deadLetter(
  message: TaskMessage | ChunkMessage | FetchTestImageMessage,
  ports: Ports,
): Promise<void> {
  if ('imageId' in message) return deadLetterTestImage(message.imageId, keptFailing('Fetching it'), ports)
  if ('chunk' in message)
    return deadLetterChunks(toRoundRef(message), message.chunk, keptFailing('This part of the work'), ports)
  // There is an alarm for these words.
  ports.log.error('task.dead_lettered', { task: message.task })
  switch (message.task) {
    case 'start-round':
      return deadLetterChunks(toRoundRef(message), 'round', keptFailing('Sending out the work'), ports)
    case 'run-batch':
      return deadLetterRun(message, keptFailing, ports)
    case 'delete-batch':
      // Its state says that it is being deleted; the same DELETE goes on.
      return
  }
}
