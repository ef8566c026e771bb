import * as z from 'zod'
import { chooseImages, failBatch } from './batches/choose-images.ts'
import { removeBatch } from './batches/delete.ts'
import { DeleteBatchMessage, SelectBatchMessage } from './batches/messages.ts'
import { AppError } from './errors.ts'
import { type ChunkMessage, StartRoundMessage } from './fan-out/messages.ts'
import { giveUpChunks, sendChunks } from './fan-out/run.ts'
import type { Ports } from './ports.ts'
import { roundOf } from './works.ts'

/** What the queue `tasks` brings: work that one worker does alone. */
export const TaskMessage = z.discriminatedUnion('task', [StartRoundMessage, SelectBatchMessage, DeleteBatchMessage])
export type TaskMessage = z.infer<typeof TaskMessage>

/** Does a task; each may come again at any time. */
export async function runTask(message: TaskMessage, ports: Ports): Promise<void> {
  switch (message.task) {
    case 'start-round':
      return sendChunks(roundOf(message), message.subject, ports)
    case 'select-batch':
      return selectBatch(message, ports)
    case 'delete-batch':
      return removeBatch(message.batch, message.batchId, ports)
  }
}

async function selectBatch({ batch, batchId }: SelectBatchMessage, ports: Ports): Promise<void> {
  await chooseImages(batch, batchId, ports).catch((error: unknown) => {
    // Trying again cannot bring back a file that was replaced, or a batch that is gone.
    if (!(error instanceof AppError) || !['source-changed', 'bad-source', 'not-found'].includes(error.code)) throw error
    return error.code === 'not-found' ? undefined : failBatch(batch, batchId, error, ports)
  })
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
    case 'select-batch':
      return failBatch(message.batch, message.batchId, keptFailing('Choosing its images'), ports)
    case 'delete-batch':
      return ports.log.error('deletion given up; DELETE the batch again', { batch: message.batch })
  }
}
