import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs'
import type { SQSEvent, SQSMessageAttribute, SQSRecord } from 'aws-lambda'
import * as z from 'zod'
import type { Outcome } from '../gateway/invoke.ts'
import { REGION } from '../gateway/lambda-context.ts'

/** Converts messages to the event that Lambda receives from the queue with this ARN. */
export const toSqsEvent = (messages: readonly Message[], queueArn: string): SQSEvent => ({
  Records: messages.map((message) => toRecord(message, queueArn)),
})

function toRecord(message: Message, queueArn: string): SQSRecord {
  const { ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp, ...others } =
    message.Attributes ?? {}
  const named = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, toAttribute(value)])
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: ApproximateReceiveCount ?? '1',
      SentTimestamp: SentTimestamp ?? '',
      SenderId: SenderId ?? '',
      ApproximateFirstReceiveTimestamp: ApproximateFirstReceiveTimestamp ?? '',
      ...others,
    },
    messageAttributes: Object.fromEntries(named),
    md5OfBody: message.MD5OfBody ?? '',
    ...(message.MD5OfMessageAttributes !== undefined && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  }
}

const toAttribute = ({ StringValue, BinaryValue, DataType }: MessageAttributeValue): SQSMessageAttribute => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType ?? 'String',
})

const BatchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullable()

/**
 * Returns the messages that a call failed to process: those that its response names. Returns all of them when the call
 * failed or timed out, or when its response is malformed or names an unknown message.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedMessages(outcome: Outcome, messages: readonly Message[]): readonly Message[] {
  const answered = BatchResponse.safeParse(outcome.kind === 'answered' ? outcome.value : undefined)
  if (!answered.success) return messages
  const failed = new Set(answered.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier))
  const known = messages.filter(({ MessageId }) => failed.has(MessageId ?? ''))
  return known.length === failed.size ? known : messages
}
