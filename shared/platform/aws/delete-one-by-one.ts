import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import pLimit from 'p-limit'
import type { ObjectStore, Removal } from '../storage/ports.ts'
import { callAws } from './call-aws.ts'

const MAX_IN_FLIGHT = 16

/**
 * Returns an object store on an S3 server that ignores the ETags of DeleteObjects: it removes each object with a request
 * of its own, whose `If-Match` the server honors.
 */
export const deleteOneByOne = (objects: ObjectStore, client: S3Client, bucket: string): ObjectStore => ({
  ...objects,
  remove: async (removals) => {
    const limit = pLimit(MAX_IN_FLIGHT)
    const kept = removals.map((removal) => limit(() => isKept(removal, client, bucket)))
    return (await Promise.all(kept)).flatMap((stays, index) => (stays ? [removals[index]?.key ?? ''] : []))
  },
})

/** Removes an object. @returns whether it stays, because it has another ETag */
async function isKept({ key, etag }: Removal, client: S3Client, bucket: string): Promise<boolean> {
  const request = new DeleteObjectCommand({ Bucket: bucket, Key: key, ...(etag !== undefined && { IfMatch: etag }) })
  // With an ETag, a missing object is a 404.
  const expected = { 404: 'gone', ...(etag !== undefined && { 412: 'kept' as const }) }
  return (await callAws(`Removing s3://${bucket}/${key}`, () => client.send(request), expected)) === 'kept'
}
