import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { parseS3Uri, type S3Location } from '../../contracts/s3-uri.ts'
import type { ObjectCopier } from '../storage/ports.ts'
import { callAws } from './call-aws.ts'

/**
 * Returns a copier for an S3 server that ignores the conditions of CopyObject: it looks at the destination and at the
 * source before each copy. What is written between the look and the copy is not noticed.
 */
export function lookBeforeCopy(copier: ObjectCopier, client: S3Client, bucket: string): ObjectCopier {
  /** Returns the ETag; undefined when the object is missing, or may not be read: the copy says which. */
  const findEtag = async ({ bucket: Bucket, key: Key }: S3Location): Promise<string | undefined> => {
    const look = () => client.send(new HeadObjectCommand({ Bucket, Key }))
    const what = `Reading the metadata of s3://${Bucket}/${Key}`
    return (await callAws(what, look, { 404: undefined, 403: undefined }))?.ETag
  }
  return {
    ...copier,
    copy: async (request) => {
      const { key, source, sourceEtag } = request
      const [existing, current] = await Promise.all([findEtag({ bucket, key }), findEtag(parseS3Uri(source))])
      if (existing !== undefined) return 'exists'
      if (current !== undefined && current !== sourceEtag) return 'changed'
      return await copier.copy(request)
    },
  }
}
