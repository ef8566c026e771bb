import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'

const SentEvent = z.object({
  id: z.string(),
  timestamp: z.string(),
  type: z.string(),
  data: z.looseObject({ batchId: z.string().optional(), importId: z.string().optional() }),
})
export type SentEvent = z.infer<typeof SentEvent>

/** Takes events from their queue as they come; `stop` takes those that are left, and gives all. */
export function collectEvents(sqs: SQSClient, queueUrl: string): { stop(): Promise<SentEvent[]> } {
  const events: SentEvent[] = []
  let isStopping = false
  const take = async (seconds: number): Promise<number> => {
    const request = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: seconds })
    const { Messages = [] } = await sqs.send(request)
    events.push(...Messages.map(({ Body = '' }) => SentEvent.parse(JSON.parse(Body))))
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }))
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
    return Messages.length
  }
  const taking = (async () => {
    while (!isStopping) await take(1)
    while ((await take(0)) > 0);
  })()
  // Told to the one who stops it, or to nobody when the servers went before.
  taking.catch(() => undefined)
  return {
    stop: async () => {
      isStopping = true
      await taking
      return events
    },
  }
}
