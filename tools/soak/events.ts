import * as z from 'zod'
import type { ProxiedRequest } from './proxy.ts'

const SentEvent = z.object({
  id: z.string(),
  timestamp: z.string(),
  type: z.string(),
  data: z.looseObject({
    batchId: z.string().optional(),
    importId: z.string().optional(),
    job: z.string().optional(),
  }),
})
export type SentEvent = z.infer<typeof SentEvent>

const SendBatch = z.object({ QueueUrl: z.string(), Entries: z.array(z.object({ MessageBody: z.string() })) })

/** Records the events that pass through the SQS proxy. */
export interface EventRecorder {
  /** Records the messages of a SendMessageBatch request to the events queue; ignores other queues. */
  record(request: ProxiedRequest, status: number): void
  /** Returns all sent events, including duplicates. */
  sent(): readonly SentEvent[]
}

/** Creates a recorder for the events queue with this path, on any host. */
export function recordEvents(queueUrl: string): EventRecorder {
  const events: SentEvent[] = []
  const queue = new URL(queueUrl).pathname
  return {
    record: ({ body }, status) => {
      const { QueueUrl, Entries } = SendBatch.parse(JSON.parse(body.toString()))
      if (status !== 200 || new URL(QueueUrl).pathname !== queue) return
      events.push(...Entries.map(({ MessageBody }) => SentEvent.parse(JSON.parse(MessageBody))))
    },
    sent: () => events,
  }
}
