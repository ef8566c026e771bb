import { CreateBucketCommand, HeadBucketCommand, NotFound, S3Client } from '@aws-sdk/client-s3'
import type { Credentials } from './credentials.ts'

/** Creates the bucket unless it exists. @param credentials those that the AWS SDK finds by default */
export async function createBucket(endpoint: string, bucket: string, credentials?: Credentials): Promise<void> {
  const client = new S3Client({ endpoint, forcePathStyle: true, ...(credentials && { credentials }) })
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
      if (error instanceof NotFound) return client.send(new CreateBucketCommand({ Bucket: bucket }))
      throw error
    })
  } finally {
    client.destroy()
  }
}
