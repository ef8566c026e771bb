import * as z from 'zod'

/** A chunk to do, on the queue `chunks`. The subject carries its own id, so a late message cannot hit a recreated one. */
export const ChunkMessage = z.object({
  /** Name of the fan-out job. */
  job: z.string(),
  subject: z.record(z.string(), z.string()),
  round: z.int().positive(),
  chunk: z.int().nonnegative(),
  requestId: z.string(),
})
export type ChunkMessage = z.infer<typeof ChunkMessage>

/** A round to dispatch, on the queue `tasks`: its worker sends the chunk messages. */
export const StartRoundMessage = z.object({
  task: z.literal('start-round'),
  /** Name of the fan-out job. */
  job: z.string(),
  subject: z.record(z.string(), z.string()),
  round: z.int().positive(),
  /** Present when the round was dispatched before: the message comes back to see that it goes on. */
  check: z.object({ number: z.int().positive(), done: z.int().nonnegative() }).optional(),
  requestId: z.string(),
})
export type StartRoundMessage = z.infer<typeof StartRoundMessage>
