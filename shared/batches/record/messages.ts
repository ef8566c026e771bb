import * as z from 'zod'
import type { Ports } from '../../platform/ports.ts'

/** A batch that a worker is to go on with, on the queue `tasks`: to choose its images, or do the next step of its run. */
export const RunBatchMessage = z.object({
  task: z.literal('run-batch'),
  batch: z.string(),
  batchId: z.string(),
  /** Absent where only the images are to be chosen. */
  runId: z.string().optional(),
  requestId: z.string(),
})
export type RunBatchMessage = z.infer<typeof RunBatchMessage>

/** Has a worker go on with a batch; one message too many does no harm. */
export const enqueueRunBatch = (
  batch: string,
  { batchId, run }: { readonly batchId: string; readonly run?: { readonly id: string } | undefined },
  { messages, requestId }: Ports,
): Promise<void> => {
  const message: RunBatchMessage = { task: 'run-batch', batch, batchId, ...(run && { runId: run.id }), requestId }
  return messages.send('tasks', [message])
}

/** A batch that a worker is to delete, on the queue `tasks`. */
export const DeleteBatchMessage = z.object({
  task: z.literal('delete-batch'),
  batch: z.string(),
  batchId: z.string(),
  requestId: z.string(),
})
export type DeleteBatchMessage = z.infer<typeof DeleteBatchMessage>
