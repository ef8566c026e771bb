import { CreateBucketCommand, ListObjectsV2Command, NoSuchBucket, type S3Client } from '@aws-sdk/client-s3'
import { askServer } from './ask-server.ts'
import { ForeignAnswerError } from './failure.ts'
import type { ExternalServer } from './servers.ts'

/**
 * Creates the bucket on a named server unless it exists.
 * @returns whether it was created
 * @throws ServerError
 */
export async function openBucket(client: S3Client, server: ExternalServer, bucket: string): Promise<boolean> {
  const isThere = await askServer(server, `list the bucket "${bucket}"`, () => hasBucket(client, bucket))
  if (isThere) return false
  const create = () => client.send(new CreateBucketCommand({ Bucket: bucket }))
  await askServer(server, `create the bucket "${bucket}"`, create)
  return true
}

async function hasBucket(client: S3Client, bucket: string): Promise<boolean> {
  try {
    // The answer to a HEAD has no body, so that it would not say why it is refused.
    const { Name, $metadata } = await client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }))
    if (Name === undefined) throw new ForeignAnswerError(`status ${$metadata.httpStatusCode}`)
    return true
  } catch (error) {
    if (error instanceof NoSuchBucket) return false
    throw error
  }
}
