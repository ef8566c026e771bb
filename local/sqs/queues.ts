import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { buildApp } from 'fauxqs'
import type { QueueName } from '../../shared/platform/config.ts'
import { REGION } from '../gateway/lambda-context.ts'
import type { Running } from '../running.ts'

/** The address of each queue: those that Groundwork sends to, and the one that messages end in when nobody can do them. */
export type QueueUrls = Readonly<Record<QueueName | 'dead-letter', string>>

export interface QueueOptions {
  /** After so many seconds a message that failed comes again. */
  readonly visibilitySeconds: number
  /** A task, a chunk or a test image that failed so often is given up. */
  readonly maxReceives: number
}

/** An SQS of our own, in memory: it forgets its queues when it stops. Its account is always 000000000000. */
export async function startQueueServer(port = 0): Promise<Running> {
  const server = buildApp({ logger: false, defaultRegion: REGION })
  const url = await server.listen({ port, host: '127.0.0.1' })
  return { url, stop: async () => void (await server.close()) }
}

/**
 * Creates the queues that do not exist yet; those that do keep their settings.
 * @param endpoint where the server is: some name a host in their queues' addresses that cannot be found
 */
export async function createQueues(client: SQSClient, endpoint: string, options: QueueOptions): Promise<QueueUrls> {
  const create = async (name: string, attributes: Record<string, string>): Promise<string> => {
    const QueueName = `groundwork-${name}`
    const found = await client.send(new GetQueueUrlCommand({ QueueName })).catch((error: unknown) => {
      if (error instanceof QueueDoesNotExist) return undefined
      throw error
    })
    const { QueueUrl = '' } =
      found ?? (await client.send(new CreateQueueCommand({ QueueName, Attributes: attributes })))
    return new URL(new URL(QueueUrl).pathname, endpoint).href
  }
  const visibility = { VisibilityTimeout: String(options.visibilitySeconds) }
  const givenUp = await create('dead-letter', visibility)
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: givenUp, AttributeNames: ['QueueArn'] }),
  )
  const redrive = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: options.maxReceives }
  const redriven = { ...visibility, RedrivePolicy: JSON.stringify(redrive) }
  const [tasks, chunks, testImages, events, deliveries] = await Promise.all([
    create('tasks', redriven),
    create('chunks', redriven),
    create('test-images', redriven),
    // What has to do with others is tried until it is done: they may be away for days.
    create('events', visibility),
    create('deliveries', visibility),
  ])
  return { tasks, chunks, 'test-images': testImages, events, deliveries, 'dead-letter': givenUp }
}
