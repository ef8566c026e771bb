import * as z from 'zod'

/** A chunk to be done, on the queue `chunks`. The subject carries its own id, so a message outlives nothing. */
export const ChunkMessage = z.object({
  job: z.string(),
  subject: z.record(z.string(), z.string()),
  round: z.int().positive(),
  chunk: z.int().nonnegative(),
  requestId: z.string(),
})
export type ChunkMessage = z.infer<typeof ChunkMessage>

/** A round whose chunk messages are to be sent, on the queue `tasks`. */
export const StartRoundMessage = z.object({
  task: z.literal('start-round'),
  job: z.string(),
  subject: z.record(z.string(), z.string()),
  round: z.int().positive(),
  requestId: z.string(),
})
export type StartRoundMessage = z.infer<typeof StartRoundMessage>
