import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import * as z from 'zod'
import type { Permission } from '../aws/permissions.ts'
import type { QueueName } from '../config.ts'
import type { Ports, PortsFor } from '../ports.ts'
import { assertKnownVersion } from './message-version.ts'

/** The declaration of a queue worker: the local poller reads it, and `npm run generate` makes the deployment from it. */
export interface Worker {
  readonly queue: QueueName | 'dead-letter'
  /** The largest number of messages in one invocation. */
  readonly batchSize: number
  /** The largest number of concurrent invocations. */
  readonly concurrency: number
  /** The time limit of one invocation. */
  readonly timeoutSeconds: number
  /** Default: 1769. */
  readonly memoryMegabytes?: number
  /** Names of the IAM statements of the function's role, besides receiving from its queue. */
  readonly permissions: readonly Permission[]
  readonly summary: string
  run(message: unknown, ports: Ports): Promise<void>
}

/**
 * Declares a worker of a queue. `run` gets one message, parsed by the schema. When it throws, SQS redelivers the
 * message.
 * @example
 * export const worker = declare(
 *   {
 *     queue: 'deliveries',
 *     batchSize: 1,
 *     concurrency: 16,
 *     timeoutSeconds: 30,
 *     permissions: ['readWebhooks', 'writeDeliveries'],
 *     summary: 'Makes one attempt to deliver an event to a webhook',
 *     message: DeliveryMessage,
 *   },
 *   deliverWebhook,
 * )
 */
export function worker<Schema extends z.ZodType>(
  declaration: Omit<Worker, 'run'> & { readonly message: Schema },
  run: (message: z.infer<Schema>, ports: Ports) => Promise<void>,
): Worker {
  const { message: schema, ...rest } = declaration
  return { ...rest, run: (message, ports) => run(schema.parse(message), ports) }
}

/** The fields of messages that log lines carry: the request id, and what the message is about. */
const Envelope = z.object({
  requestId: z.string(),
  task: z.string().optional(),
  job: z.string().optional(),
  batch: z.string().optional(),
  subject: z.record(z.string(), z.string()).optional(),
  round: z.int().optional(),
  chunk: z.int().optional(),
  webhook: z.string().optional(),
  delivery: z.string().optional(),
  attempt: z.int().optional(),
  imageId: z.string().optional(),
})

/**
 * Returns the Lambda handler of a worker. It runs each message on its own and reports the failed ones to SQS (partial
 * batch response), so that only these are redelivered.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function queueLambda(declared: Worker, portsFor: PortsFor) {
  const handle = async ({ body, messageId, messageAttributes }: SQSRecord): Promise<void> => {
    const message: unknown = JSON.parse(body)
    const { requestId, subject, ...keys } = Envelope.parse(message)
    const ports = portsFor(requestId, { messageId, ...subject, ...keys })
    try {
      assertKnownVersion(messageAttributes)
      await declared.run(message, ports)
    } catch (error) {
      ports.log.error('message.failed', { error })
      throw error
    }
  }
  return (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    processPartialResponse(event, handle, new BatchProcessor(EventType.SQS), {
      context,
      throwOnFullBatchFailure: false,
    })
}
