import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'

const client = new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined })

/** A function that asks S3 one question, as it is written first: what using the SDK costs at least. */
export const handler = async () => {
  await client.send(new HeadBucketCommand({ Bucket: process.env.GROUNDWORK_BUCKET ?? '' }))
  return { statusCode: 200 }
}
