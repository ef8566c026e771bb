import { CopyObjectCommand } from '@aws-sdk/client-s3'
import { serveJobs } from '../serve-jobs.ts'
import { SOURCE_BUCKET, WORKING_BUCKET } from '../with-servers.ts'
import { createS3Client } from './put-images.ts'

/** Copies sequentially and without checks, as the notebook does. */
await serveJobs(async ({ endpoint, imageIds }: { endpoint: string; imageIds: readonly string[] }) => {
  const client = createS3Client(endpoint)
  for (const imageId of imageIds)
    await client.send(
      new CopyObjectCommand({
        Bucket: WORKING_BUCKET,
        Key: `one-by-one/${imageId}.jpg`,
        CopySource: `${SOURCE_BUCKET}/copy/${imageId}.jpg`,
      }),
    )
  client.destroy()
  return imageIds.length
})
