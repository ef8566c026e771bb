import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { Uploads } from '../storage/ports.ts'
import { callAws } from './call-aws.ts'

/**
 * Returns uploads to an S3 server that ignores the `If-Match` of CompleteMultipartUpload: they look at the object before
 * they replace it. What is written between the look and the completion is not noticed.
 */
export const lookBeforeComplete = (uploads: Uploads, client: S3Client, bucket: string): Uploads => ({
  ...uploads,
  complete: async (key, uploadId, parts, condition) => {
    if (!condition || 'absent' in condition) return await uploads.complete(key, uploadId, parts, condition)
    const look = () => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    const found = await callAws(`Reading the metadata of s3://${bucket}/${key}`, look, { 404: undefined })
    return found?.ETag === condition.etag ? await uploads.complete(key, uploadId, parts, condition) : undefined
  },
})
