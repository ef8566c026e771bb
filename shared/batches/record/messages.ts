import * as z from 'zod'
import type { Ports } from '../../platform/ports.ts'

/** A batch to work on, on the queue `tasks`: choose its images, or do the next step of its run. */
export const RunBatchMessage = z.object({
  task: z.literal('run-batch'),
  batch: z.string(),
  batchId: z.string(),
  /** Absent when only the images are to be chosen. */
  runId: z.string().optional(),
  requestId: z.string(),
})
export type RunBatchMessage = z.infer<typeof RunBatchMessage>

/** Enqueues the next piece of work on a batch. The worker ignores messages that are not needed. */
export const enqueueRunBatch = (
  batch: string,
  { batchId, run }: { readonly batchId: string; readonly run?: { readonly id: string } | undefined },
  { messages, requestId }: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> => {
  const message: RunBatchMessage = { task: 'run-batch', batch, batchId, ...(run && { runId: run.id }), requestId }
  return messages.send('tasks', [message])
}

/** A batch to delete, on the queue `tasks`. */
export const DeleteBatchMessage = z.object({
  task: z.literal('delete-batch'),
  batch: z.string(),
  /** The batch, if its state can be read. */
  batchId: z.string().optional(),
  /** ETag of a state that cannot be read. */
  corruptEtag: z.string().optional(),
  requestId: z.string(),
})
export type DeleteBatchMessage = z.infer<typeof DeleteBatchMessage>
