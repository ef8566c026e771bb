import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import { AppError } from '../../contracts/errors.ts'
import type { Config } from '../config.ts'
import type { Messages } from '../ports.ts'
import { backoff } from '../state/backoff.ts'
import { callAws } from './call-aws.ts'
import { checkDelay, messageBody, planMessageBatches } from './message-batches.ts'

const IN_FLIGHT = 8
const ATTEMPTS = 4

/** Messages to SQS queues: JSON bodies, in as few requests as SQS takes, eight at once. */
export function sqsMessages(client: SQSClient, queueUrls: Config['queueUrls']): Messages {
  return {
    send: async (queue, messages, delaySeconds = 0) => {
      const url = queueUrls[queue]
      if (url === undefined) throw new Error(`the queue "${queue}" has no URL`)
      const delay = checkDelay(delaySeconds)
      const limit = pLimit(IN_FLIGHT)
      const batches = planMessageBatches(messages.map(messageBody))
      await Promise.all(batches.map((batch) => limit(() => sendBatch(client, url, batch, delay))))
    },
  }
}

/** Sends up to ten bodies; those that SQS refuses are sent again, a few times. */
async function sendBatch(client: SQSClient, url: string, bodies: readonly string[], delay: number): Promise<void> {
  const delayed = delay > 0 && { DelaySeconds: delay }
  let entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body, ...delayed }))
  for (let attempt = 1; ; attempt++) {
    const request = new SendMessageBatchCommand({ QueueUrl: url, Entries: entries })
    const { Failed: failed = [] } = await callAws(`Sending messages to ${url}`, () => client.send(request))
    const [first] = failed
    if (!first) return
    if (attempt >= ATTEMPTS) {
      const message = `${failed.length} messages were refused by ${url}; the first: ${first.Code}.`
      throw new AppError('upstream-failed', message, [], first)
    }
    const refused = new Set(failed.map(({ Id }) => Id))
    entries = entries.filter(({ Id }) => refused.has(Id))
    await backoff(attempt)
  }
}
