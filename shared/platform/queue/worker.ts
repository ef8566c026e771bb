import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import * as z from 'zod'
import type { QueueName } from '../config.ts'
import type { Ports, PortsFor } from '../ports.ts'

/** What a queue's worker is, declared once beside its code: the poller and the deployment are held against it. */
export interface Worker {
  readonly queue: QueueName | 'dead-letter'
  /** Messages handed over at once, at most. */
  readonly batchSize: number
  /** How many run at the same time, at most. */
  readonly concurrency: number
  /** How long one call may take. */
  readonly timeoutSeconds: number
  readonly summary: string
  run(message: unknown, ports: Ports): Promise<void>
}

/** Declares a worker: `run` gets each message that its schema has accepted, and throws to have it brought again. */
export function worker<Schema extends z.ZodType>(
  declaration: Omit<Worker, 'run'> & { readonly message: Schema },
  run: (message: z.infer<Schema>, ports: Ports) => Promise<void>,
): Worker {
  const { message: schema, ...rest } = declaration
  return { ...rest, run: (message, ports) => run(schema.parse(message), ports) }
}

/** What a message says of itself, for the log: whose request it serves, and what it is about. */
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

/** The Lambda handler of a worker: each message on its own, and only those that failed are brought again. */
export function queueLambda(declared: Worker, portsFor: PortsFor) {
  const handle = async ({ body, messageId }: SQSRecord): Promise<void> => {
    const message: unknown = JSON.parse(body)
    const { requestId, subject, ...about } = Envelope.parse(message)
    const ports = portsFor(requestId, { messageId, ...subject, ...about })
    try {
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
