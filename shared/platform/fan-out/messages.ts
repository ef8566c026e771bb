import * as z from 'zod'
import type { Ports } from '../ports.ts'

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

/** A round as messages name it. */
export interface NamedRound {
  readonly job: { readonly name: string }
  readonly subject: unknown
  readonly round: number
}

/** Sends a message for each of these chunks of a round. */
export function sendChunks(
  { job, subject, round }: NamedRound,
  chunks: readonly number[],
  { messages, requestId }: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  const toMessage = (chunk: number): ChunkMessage => ({
    job: job.name,
    subject: toFields(subject),
    round,
    chunk,
    requestId,
  })
  return messages.send('chunks', chunks.map(toMessage))
}

/** A subject is small and flat, as messages need it: the schema of its job says so. */
export const toFields = (subject: unknown): Record<string, string> => subject as Record<string, string>

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
