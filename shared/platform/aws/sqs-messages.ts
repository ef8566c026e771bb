import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import { AppError } from '../../contracts/errors.ts'
import type { Config } from '../config.ts'
import type { Messages } from '../ports.ts'
import { MESSAGE_VERSION, VERSION_ATTRIBUTE } from '../queue/message-version.ts'
import { backoff } from '../state/backoff.ts'
import { callAws } from './call-aws.ts'
import { checkDelay, messageBody, planMessageBatches } from './message-batches.ts'

const MAX_IN_FLIGHT = 8
const MAX_ATTEMPTS = 4

/** Returns the port that sends JSON messages to SQS, in as few requests as possible, eight at a time. */
export function sqsMessages(client: SQSClient, queueUrls: Config['queueUrls']): Messages {
  return {
    send: async (queue, messages, delaySeconds = 0) => {
      const url = queueUrls[queue]
      if (url === undefined) throw new Error(`queue "${queue}" has no URL in the configuration`)
      const delay = checkDelay(delaySeconds)
      const limit = pLimit(MAX_IN_FLIGHT)
      const batches = planMessageBatches(messages.map(messageBody))
      await Promise.all(batches.map((batch) => limit(() => sendBatch(client, url, batch, delay))))
    },
  }
}

/** Sends up to ten bodies, each with the version of messages. Those that SQS refuses are sent again, with backoff. */
async function sendBatch(client: SQSClient, url: string, bodies: readonly string[], delay: number): Promise<void> {
  const delayed = delay > 0 && { DelaySeconds: delay }
  const MessageAttributes = { [VERSION_ATTRIBUTE]: { DataType: 'Number', StringValue: String(MESSAGE_VERSION) } }
  let entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body, MessageAttributes, ...delayed }))
  for (let attempt = 1; ; attempt++) {
    const request = new SendMessageBatchCommand({ QueueUrl: url, Entries: entries })
    const { Failed: failed = [] } = await callAws(`Sending messages to ${url}`, () => client.send(request))
    const [first] = failed
    if (!first) return
    if (attempt >= MAX_ATTEMPTS) {
      const message = `${url} refused ${failed.length} messages; first: ${first.Code}.`
      throw new AppError('upstream-failed', message, [], first)
    }
    const refused = new Set(failed.map(({ Id }) => Id))
    entries = entries.filter(({ Id }) => refused.has(Id))
    await backoff(attempt)
  }
}
