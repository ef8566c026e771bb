import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'

const client = new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined })

/** The baseline for the SDK: a simple function with one S3 request. */
export const handler = async () => {
  await client.send(new HeadBucketCommand({ Bucket: process.env.GROUNDWORK_BUCKET ?? '' }))
  return { statusCode: 200 }
}
