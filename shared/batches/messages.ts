import * as z from 'zod'

/** A batch whose images a worker is to choose, on the queue `tasks`. */
export const SelectBatchMessage = z.object({
  task: z.literal('select-batch'),
  batch: z.string(),
  batchId: z.string(),
  requestId: z.string(),
})
export type SelectBatchMessage = z.infer<typeof SelectBatchMessage>

/** A batch that a worker is to delete, on the queue `tasks`. */
export const DeleteBatchMessage = z.object({
  task: z.literal('delete-batch'),
  batch: z.string(),
  batchId: z.string(),
  requestId: z.string(),
})
export type DeleteBatchMessage = z.infer<typeof DeleteBatchMessage>
