import { setTimeout as wait } from 'node:timers/promises'
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { QueueUrls } from '../../local/sqs/queues.ts'
import { type PlannedBatch, removeBatch } from './actors.ts'
import type { Client } from './client.ts'

const RETRY_MILLISECONDS = 3000

/** Creates and copies a batch; retries until it is copied. */
export async function finishBatch({ name, request }: PlannedBatch, client: Client): Promise<void> {
  const path = `/v1/batches/${name}`
  for (;;) {
    const { status } = await client.call('PUT', path, request)
    if (status === 409) {
      await removeBatch(name, client)
      continue
    }
    await client.call('POST', `${path}/copy`)
    const isDone = (json: { state?: string } | undefined) => json?.state === 'copied'
    const { json } = await client.until(`${path}/copy`, (answer) => isDone(answer.json), RETRY_MILLISECONDS)
    if (isDone(json)) return
  }
}

/** Imports a dataset; retries until it is ready. Completes an interrupted cancellation first. */
export async function finishImport(dataset: string, client: Client): Promise<void> {
  const path = `/v1/datasets/${dataset}`
  const isReady = (state: string | undefined): boolean => state === 'ready'
  for (;;) {
    const { json } = await client.call('GET', path)
    if (isReady(json?.state)) return
    const { status } = await client.call('POST', `${path}/import`)
    if (status === 409) await client.call('DELETE', `${path}/import`)
    await client.until(path, (answer) => isReady(answer.json?.state), RETRY_MILLISECONDS)
  }
}

/** Waits until all queues are empty. @throws Error when `shouldContinue` becomes false first */
export async function drainQueues(sqs: SQSClient, queues: QueueUrls, shouldContinue: () => boolean): Promise<void> {
  const names = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesDelayed',
  ] as const
  while (shouldContinue()) {
    const counts = await Promise.all(
      Object.values(queues).map(async (QueueUrl) => {
        const request = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] })
        return Object.values((await sqs.send(request)).Attributes ?? {}).map(Number)
      }),
    )
    if (counts.flat().every((count) => count === 0)) return
    await wait(200)
  }
  throw new Error('The queues did not drain in time')
}
