import { setTimeout as wait } from 'node:timers/promises'
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { QueueUrls } from '../../local/sqs/queues.ts'
import { type PlannedBatch, removeBatch } from './actors.ts'
import type { Client } from './client.ts'

const LOOK_MILLISECONDS = 3000

/** Has a batch made of what it should be, and copied: by calling again, as anybody would who sees it unfinished. */
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
    const { json } = await client.until(`${path}/copy`, (answer) => isDone(answer.json), LOOK_MILLISECONDS)
    if (isDone(json)) return
  }
}

/** Has a dataset imported. A cancellation that died is gone on with first. */
export async function finishImport(dataset: string, client: Client): Promise<void> {
  const path = `/v1/datasets/${dataset}`
  const end = (state: string | undefined): boolean => state === 'ready'
  for (;;) {
    const { json } = await client.call('GET', path)
    if (end(json?.state)) return
    const { status } = await client.call('POST', `${path}/import`)
    if (status === 409) await client.call('DELETE', `${path}/import`)
    await client.until(path, (answer) => end(answer.json?.state), LOOK_MILLISECONDS)
  }
}

/** Waits until no message is left to be worked on, however often it came. */
export async function comeToRest(sqs: SQSClient, queues: QueueUrls, mayGoOn: () => boolean): Promise<void> {
  const names = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesDelayed',
  ] as const
  while (mayGoOn()) {
    const counts = await Promise.all(
      Object.values(queues).map(async (QueueUrl) => {
        const request = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] })
        return Object.values((await sqs.send(request)).Attributes ?? {}).map(Number)
      }),
    )
    if (counts.flat().every((count) => count === 0)) return
    await wait(200)
  }
  throw new Error('the queues did not come to rest')
}
