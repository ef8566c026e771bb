import { DeleteBucketCommand, DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { DeleteQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'

/** Lists all keys under a prefix. */
export async function listKeys(endpoint: string, bucket: string, prefix: string): Promise<string[]> {
  const client = new S3Client({ endpoint, forcePathStyle: true })
  try {
    return await listWith(client, bucket, prefix)
  } finally {
    client.destroy()
  }
}

async function listWith(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = []
  let after: string | undefined
  do {
    const request = { Bucket: bucket, Prefix: prefix, ContinuationToken: after }
    const page = await client.send(new ListObjectsV2Command(request))
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []))
    after = page.NextContinuationToken
  } while (after !== undefined)
  return keys
}

/** Removes a bucket with all its objects. */
export async function removeBucket(endpoint: string, bucket: string): Promise<void> {
  const client = new S3Client({ endpoint, forcePathStyle: true })
  try {
    for (const Key of await listWith(client, bucket, ''))
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
    await client.send(new DeleteBucketCommand({ Bucket: bucket }))
  } finally {
    client.destroy()
  }
}

/** Removes all queues whose names begin with a prefix. */
export async function removeQueues(endpoint: string, prefix: string): Promise<void> {
  const client = new SQSClient({ endpoint })
  try {
    const { QueueUrls = [] } = await client.send(new ListQueuesCommand({ QueueNamePrefix: prefix }))
    for (const url of QueueUrls)
      await client.send(new DeleteQueueCommand({ QueueUrl: new URL(new URL(url).pathname, endpoint).href }))
  } finally {
    client.destroy()
  }
}
