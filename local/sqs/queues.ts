import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { buildApp } from 'fauxqs'
import * as z from 'zod'
import type { QueueName } from '../../shared/platform/config.ts'
import type { Credentials } from '../credentials.ts'
import { REGION } from '../gateway/lambda-context.ts'
import type { Running } from '../running.ts'
import { guardQueues } from './gate.ts'

/** The URL of each queue that Groundwork sends to, and of the dead-letter queue. */
export type QueueUrls = Readonly<Record<QueueName | 'dead-letter', string>>

export interface QueueOptions {
  /** Prefix of the names. Defaults to `groundwork-`. */
  readonly prefix?: string
  /** Visibility timeout, after which a failed message is redelivered. */
  readonly visibilitySeconds: number
  /** Receives after which a task, chunk or test image message moves to the dead-letter queue. */
  readonly maxReceives: number
}

/** Receives the bodies of messages before the queue takes them. A rejection refuses the messages. */
export type BeforeSend = (queueUrl: string, bodies: readonly string[]) => Promise<void>

/** Operations whose answers hold URLs of queues. */
const NAMES_QUEUES = /^AmazonSQS\.(CreateQueue|GetQueueUrl|ListQueues)$/

const SendBatch = z.object({ QueueUrl: z.string(), Entries: z.array(z.object({ MessageBody: z.string() })) })

export interface QueueServerOptions {
  /** The keys that requests must be signed with. */
  readonly credentials: Credentials
  /** 0, the default, selects any free port. */
  readonly port?: number
  readonly region?: string
  readonly beforeSend?: BeforeSend
}

/**
 * Starts an in-memory SQS emulator, which loses its queues when it stops. Its account is always 000000000000. Verifies
 * signatures.
 */
export async function startQueueServer(options: QueueServerOptions): Promise<Running> {
  const { credentials, port = 0, region = REGION, beforeSend } = options
  const server = buildApp({ logger: false, defaultRegion: region })
  guardQueues(server, credentials)
  server.addHook('preHandler', async ({ headers, body }) => {
    if (!beforeSend || headers['x-amz-target'] !== 'AmazonSQS.SendMessageBatch') return
    const { QueueUrl, Entries } = SendBatch.parse(body)
    await beforeSend(
      QueueUrl,
      Entries.map(({ MessageBody }) => MessageBody),
    )
  })
  // fauxqs makes them of a name that not every system resolves, and the gate refuses.
  server.addHook('onSend', async ({ headers }, _, payload) =>
    NAMES_QUEUES.test(String(headers['x-amz-target'])) && typeof payload === 'string'
      ? payload.replaceAll(/http:\/\/sqs\.[a-z0-9-]+\.localhost:/g, 'http://127.0.0.1:')
      : payload,
  )
  const url = await server.listen({ port, host: '127.0.0.1' })
  return { url, stop: async () => void (await server.close()) }
}

/**
 * Creates the missing queues. Existing queues keep their settings.
 * @param endpoint URL of the server, which replaces the host of the queue URLs: emulators may return an unresolvable one
 */
export async function createQueues(client: SQSClient, endpoint: string, options: QueueOptions): Promise<QueueUrls> {
  const create = async (name: string, attributes: Record<string, string>): Promise<string> => {
    const QueueName = `${options.prefix ?? 'groundwork-'}${name}`
    const found = await client.send(new GetQueueUrlCommand({ QueueName })).catch((error: unknown) => {
      if (error instanceof QueueDoesNotExist) return undefined
      throw error
    })
    const { QueueUrl = '' } =
      found ?? (await client.send(new CreateQueueCommand({ QueueName, Attributes: attributes })))
    return new URL(new URL(QueueUrl).pathname, endpoint).href
  }
  const visibility = { VisibilityTimeout: String(options.visibilitySeconds) }
  const deadLetter = await create('dead-letter', visibility)
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetter, AttributeNames: ['QueueArn'] }),
  )
  const redrive = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: options.maxReceives }
  const redriven = { ...visibility, RedrivePolicy: JSON.stringify(redrive) }
  const [tasks, chunks, testImages, events, deliveries] = await Promise.all([
    create('tasks', redriven),
    create('chunks', redriven),
    create('test-images', redriven),
    // No redrive: deliveries are retried for days, because receivers may be unavailable that long.
    create('events', visibility),
    create('deliveries', visibility),
  ])
  return { tasks, chunks, 'test-images': testImages, events, deliveries, 'dead-letter': deadLetter }
}
