import { CopyObjectCommand } from '@aws-sdk/client-s3'
import { serveJobs } from '../serve-jobs.ts'
import { SOURCE_BUCKET, WORKING_BUCKET } from '../with-servers.ts'
import { clientOf } from './put-images.ts'

/** The notebook's way: one copy after another, and nothing looked at. */
await serveJobs(async ({ endpoint, imageIds }: { endpoint: string; imageIds: readonly string[] }) => {
  const client = clientOf(endpoint)
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
