import * as z from 'zod'
import type { Passing } from './proxy.ts'

const SentEvent = z.object({
  id: z.string(),
  timestamp: z.string(),
  type: z.string(),
  data: z.looseObject({ batchId: z.string().optional(), importId: z.string().optional() }),
})
export type SentEvent = z.infer<typeof SentEvent>

const SendBatch = z.object({ QueueUrl: z.string(), Entries: z.array(z.object({ MessageBody: z.string() })) })

/** What went by to the queue of events, as the one who stands before it sees. */
export interface EventWatch {
  /** Notes a request that sends messages, to whatever queue. */
  note(request: Passing, status: number): void
  /** Events as often as they were sent. */
  sent(): readonly SentEvent[]
}

/** Watches a queue of events, at whichever server it is. */
export function watchEvents(queueUrl: string): EventWatch {
  const events: SentEvent[] = []
  const queue = new URL(queueUrl).pathname
  return {
    note: ({ body }, status) => {
      const { QueueUrl, Entries } = SendBatch.parse(JSON.parse(body.toString()))
      if (status !== 200 || new URL(QueueUrl).pathname !== queue) return
      events.push(...Entries.map(({ MessageBody }) => SentEvent.parse(JSON.parse(MessageBody))))
    },
    sent: () => events,
  }
}
