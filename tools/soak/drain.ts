import { setTimeout as wait } from 'node:timers/promises'
import { GetQueueAttributesCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { QueueUrls } from '../../local/sqs/queues.ts'
import { type PlannedBatch, removeBatch } from './actors.ts'
import type { Answer, Client } from './client.ts'

const RETRY_MILLISECONDS = 3000

/** Creates and copies a batch; retries until it is copied. Returns the last response when the time is up before. */
export async function finishBatch(
  { name, request }: PlannedBatch,
  client: Client,
  milliseconds = Number.POSITIVE_INFINITY,
): Promise<Answer | undefined> {
  const path = `/v1/batches/${name}`
  for (const end = Date.now() + milliseconds; ; ) {
    const { status } = await client.call('PUT', path, request)
    if (status === 409) {
      const kept = await removeBatch(name, client, end - Date.now())
      if (kept) return kept
      continue
    }
    await client.call('POST', `${path}/copy`)
    const isDone = ({ json }: Answer) => json?.state === 'copied'
    const last = await client.until(`${path}/copy`, isDone, RETRY_MILLISECONDS)
    if (isDone(last)) return undefined
    if (Date.now() > end) return last
  }
}

/**
 * Imports a dataset; retries until it is ready. Completes an interrupted cancellation first.
 * @returns the last response when the time is up before
 */
export async function finishImport(
  dataset: string,
  client: Client,
  milliseconds = Number.POSITIVE_INFINITY,
): Promise<Answer | undefined> {
  const path = `/v1/datasets/${dataset}`
  const isReady = ({ json }: Answer): boolean => json?.state === 'ready'
  for (const end = Date.now() + milliseconds; ; ) {
    const last = await client.call('GET', path)
    if (isReady(last)) return undefined
    if (Date.now() > end) return last
    const { status } = await client.call('POST', `${path}/import`)
    if (status === 409) await client.call('DELETE', `${path}/import`)
    await client.until(path, isReady, RETRY_MILLISECONDS)
  }
}

/**
 * Waits until all queues are empty, or `shouldContinue` becomes false.
 * @returns some of the messages that are left then
 */
export async function drainQueues(sqs: SQSClient, queues: QueueUrls, shouldContinue: () => boolean): Promise<string[]> {
  const names = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesDelayed',
  ] as const
  const countMessages = async ([name, QueueUrl]: [string, string]) => {
    const request = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] })
    const counts = Object.values((await sqs.send(request)).Attributes ?? {})
    return { name, count: counts.reduce((sum, count) => sum + Number(count), 0) }
  }
  for (;;) {
    const counted = await Promise.all(Object.entries(queues).map(countMessages))
    const left = counted.filter(({ count }) => count > 0)
    if (left.length === 0) return []
    if (!shouldContinue()) {
      const waiting = await Promise.all(Object.entries(queues).map(([name, url]) => describeMessages(name, url, sqs)))
      return [...left.map(({ name, count }) => `${name} has ${count} messages`), ...waiting.flat()]
    }
    await wait(200)
  }
}

/** Lists some messages of a queue; they are delivered again at once. */
async function describeMessages(name: string, QueueUrl: string, sqs: SQSClient): Promise<string[]> {
  const request = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 0,
    WaitTimeSeconds: 3,
  })
  const { Messages = [] } = await sqs.send(request)
  return Messages.map(({ Body }) => `${name} ${Body}`)
}
