import { CreateBucketCommand, HeadBucketCommand, NotFound, S3Client } from '@aws-sdk/client-s3'

/** Creates the bucket unless it exists. */
export async function createBucket(endpoint: string, bucket: string): Promise<void> {
  const client = new S3Client({ endpoint, forcePathStyle: true })
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
      if (error instanceof NotFound) return client.send(new CreateBucketCommand({ Bucket: bucket }))
      throw error
    })
  } finally {
    client.destroy()
  }
}
