import { CopyObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { parseS3Uri, type S3Location } from '../../contracts/s3-uri.ts'
import type { ObjectCopier } from '../storage/ports.ts'
import { callAws } from './call-aws.ts'

/**
 * Returns the port for server-side copies into an S3 bucket, from any bucket that the role may read. CopyObject
 * supports objects of up to 5 GB; a larger one, which no image is, fails with `upstream-failed`.
 */
export function s3Copier(client: S3Client, bucket: string): ObjectCopier {
  return {
    describe: async (uri) => {
      const { bucket: Bucket, key: Key } = parseS3Uri(uri)
      const send = () => client.send(new HeadObjectCommand({ Bucket, Key }))
      const found = await callAws(`Reading the metadata of ${uri}`, send, { 404: 'missing', 403: 'denied' } as const)
      if (typeof found === 'string') return found
      const { ETag = '', ContentLength = 0, ContentType, Metadata = {} } = found
      return { etag: ETag, size: ContentLength, contentType: ContentType, metadata: Metadata }
    },
    copy: async ({ source, sourceEtag, key, contentType, metadata }) => {
      const request = new CopyObjectCommand({
        Bucket: bucket,
        Key: key,
        CopySource: toCopySource(parseS3Uri(source)),
        CopySourceIfMatch: sourceEtag,
        IfNoneMatch: '*',
        MetadataDirective: 'REPLACE',
        // Copying tags would need permissions at the source and here, and nothing reads them.
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

/** Formats the header `x-amz-copy-source`: the key is percent-encoded except for its slashes. */
const toCopySource = ({ bucket, key }: S3Location): string =>
  `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
