import * as z from 'zod'
import { removeBatch } from './batches/delete.ts'
import { DeleteBatchMessage, RunBatchMessage } from './batches/messages.ts'
import { AppError } from './errors.ts'
import { type ChunkMessage, StartRoundMessage } from './fan-out/messages.ts'
import { giveUpChunks, sendChunks } from './fan-out/run.ts'
import type { Ports } from './ports.ts'
import { giveUpRun, runBatch } from './runs/run-batch.ts'
import { fetchTestImage, giveUpTestImage } from './test-images/fetch.ts'
import { FetchTestImageMessage } from './test-images/test-image.ts'
import { roundOf } from './works.ts'

/** What the queue `tasks` brings: work that one worker does alone. */
export const TaskMessage = z.discriminatedUnion('task', [
  StartRoundMessage,
  RunBatchMessage,
  DeleteBatchMessage,
  FetchTestImageMessage,
])
export type TaskMessage = z.infer<typeof TaskMessage>

/** Does a task; each may come again at any time. */
export async function runTask(message: TaskMessage, ports: Ports): Promise<void> {
  switch (message.task) {
    case 'start-round':
      return sendChunks(roundOf(message), message.subject, ports)
    case 'run-batch':
      return runBatch(message, ports)
    case 'delete-batch':
      return removeBatch(message.batch, message.batchId, ports)
    case 'fetch-test-image':
      return fetchTestImage(message.imageId, ports)
  }
}

const keptFailing = (what: string) =>
  new AppError('internal', `${what} kept failing and was given up; the log says why.`)

/** Writes down as failed what a message that kept failing was about. */
export async function giveUp(message: TaskMessage | ChunkMessage, ports: Ports): Promise<void> {
  if ('chunk' in message)
    return giveUpChunks(roundOf(message), message.chunk, keptFailing('This part of the work'), ports)
  switch (message.task) {
    case 'start-round':
      return giveUpChunks(roundOf(message), 'round', keptFailing('Sending out the work'), ports)
    case 'run-batch':
      return giveUpRun(message, keptFailing, ports)
    case 'delete-batch':
      return ports.log.error('deletion given up; DELETE the batch again', { batch: message.batch })
    case 'fetch-test-image':
      return giveUpTestImage(message.imageId, keptFailing('Fetching it'), ports)
  }
}
