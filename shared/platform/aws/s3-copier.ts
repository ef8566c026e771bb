import { CopyObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { parseS3Uri, type S3Location } from '../../contracts/s3-uri.ts'
import type { ObjectCopier } from '../ports.ts'
import { callAws } from './call-aws.ts'

/**
 * Server-side copies into an S3 bucket, from any bucket that the role may read. CopyObject ends at 5 GB: larger objects
 * are out of its reach (an image never is) and fail with `upstream-failed`.
 */
export function s3Copier(client: S3Client, bucket: string): ObjectCopier {
  return {
    describe: async (uri) => {
      const { bucket: Bucket, key: Key } = parseS3Uri(uri)
      const send = () => client.send(new HeadObjectCommand({ Bucket, Key }))
      const found = await callAws(`Looking at ${uri}`, send, { 404: 'missing', 403: 'denied' } as const)
      if (typeof found === 'string') return found
      const { ETag = '', ContentLength = 0, ContentType, Metadata = {} } = found
      return { etag: ETag, size: ContentLength, contentType: ContentType, metadata: Metadata }
    },
    copy: async ({ source, sourceEtag, key, contentType, metadata }) => {
      const request = new CopyObjectCommand({
        Bucket: bucket,
        Key: key,
        CopySource: copySourceOf(parseS3Uri(source)),
        CopySourceIfMatch: sourceEtag,
        IfNoneMatch: '*',
        MetadataDirective: 'REPLACE',
        // Tags would have to be readable at the source and writable here, and say nothing to us.
        TaggingDirective: 'REPLACE',
        ContentType: contentType,
        Metadata: { ...metadata },
      })
      const refusals = { 412: 'refused', 404: 'missing', 403: 'denied' } as const
      const answer = await callAws(`Copying ${source} to s3://${bucket}/${key}`, () => client.send(request), refusals)
      return typeof answer === 'string' ? answer : 'copied'
    },
  }
}

/** The header's form: the key percent-encoded but for its slashes. */
const copySourceOf = ({ bucket, key }: S3Location): string =>
  `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
