import {
  CopyObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { parseS3Uri, type S3Location } from '../../contracts/s3-uri.ts'
import type { CopyRequest, ObjectCopier, ObjectFacts, SystemHeaders } from '../storage/ports.ts'
import { readAll } from './body.ts'
import { callAws, getStatus, isNamed } from './call-aws.ts'
import { toRefusal } from './s3-refusal.ts'

/**
 * Returns the port for server-side copies into an S3 bucket, from any bucket that the role may read. CopyObject
 * supports objects of up to 5 GB; a larger one, which no image is, is refused.
 */
export function s3Copier(client: S3Client, bucket: string): ObjectCopier {
  return {
    describe: async (uri) => {
      const { bucket: Bucket, key: Key } = parseS3Uri(uri)
      const send = () => client.send(new HeadObjectCommand({ Bucket, Key }))
      const found = await callAws(`Reading the metadata of ${uri}`, send, { 404: 'missing', 403: 'denied' } as const)
      return typeof found === 'string' ? found : toFacts(found, found.ContentLength ?? 0)
    },
    readRange: async (uri, { start, end }, etag) => {
      const source = parseS3Uri(uri)
      const Range = `bytes=${start}-${end - 1}`
      const request = { Bucket: source.bucket, Key: source.key, Range, ...(etag !== undefined && { IfMatch: etag }) }
      let answer: GetObjectCommandOutput | undefined
      const send = async () => {
        answer = await client.send(new GetObjectCommand(request))
        return answer
      }
      const read = () =>
        readAll(send).catch((error: unknown) => {
          // No byte is within the range: the object is empty, or it has become shorter.
          if (getStatus(error) === 416) return start === 0 ? ('empty' as const) : ('changed' as const)
          if (getStatus(error) === 412) return 'changed' as const
          return orThrow(toRefusal(error, { source }), error)
        })
      const found = await callAws(`Reading ${uri}`, read)
      if (typeof found === 'string' || 'refused' in found) return found
      if (found.size === 0 || !answer) return 'empty'
      return { ...toFacts(answer, found.size), bytes: found.bytes }
    },
    copy: async (request) => {
      const source = parseS3Uri(request.source)
      const destination = { bucket, key: request.key }
      const send = async () => {
        try {
          const { CopyObjectResult } = await client.send(toCommand(request, source, destination))
          return { etag: CopyObjectResult?.ETag ?? '' }
        } catch (error) {
          if (isNamed(error, 'PreconditionFailed') || getStatus(error) === 412) return failedCondition(error)
          return orThrow(toRefusal(error, { source, destination }), error)
        }
      }
      return await callAws(`Copying ${request.source} to s3://${bucket}/${request.key}`, send)
    },
  }
}

function orThrow<Value>(value: Value | undefined, error: unknown): Value {
  if (value === undefined) throw error
  return value
}

/** Tells which condition failed. Where S3 does not say, the caller finds out by looking at the destination. */
const failedCondition = (error: unknown): 'exists' | 'changed' => {
  const condition: unknown = Object.getOwnPropertyDescriptor(error, 'Condition')?.value
  return typeof condition === 'string' && /^x-amz-copy-source/i.test(condition) ? 'changed' : 'exists'
}

function toCommand(
  { sourceEtag, contentType, headers, metadata }: CopyRequest,
  source: S3Location,
  destination: S3Location,
): CopyObjectCommand {
  const { contentEncoding, cacheControl, contentDisposition, contentLanguage, expires } = headers
  const command = new CopyObjectCommand({
    Bucket: destination.bucket,
    Key: destination.key,
    CopySource: toCopySource(source),
    CopySourceIfMatch: sourceEtag,
    IfNoneMatch: '*',
    MetadataDirective: 'REPLACE',
    // Copying tags would need permissions at the source and here, and nothing reads them.
    TaggingDirective: 'REPLACE',
    ContentType: contentType,
    ContentEncoding: contentEncoding,
    CacheControl: cacheControl,
    ContentDisposition: contentDisposition,
    ContentLanguage: contentLanguage,
    Metadata: { ...metadata },
  })
  if (expires !== undefined) sendExpires(command, expires)
  return command
}

/** The SDK sends dates only, and S3 stores any text, such as `0`. */
const sendExpires = (command: CopyObjectCommand, expires: string): void =>
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args
      if (typeof request === 'object' && request !== null && 'headers' in request)
        Object.assign(request.headers as object, { expires }) // an HTTP request of the SDK has its headers in an object
      return next(args)
    },
    { step: 'build', name: 'sendExpires' },
  )

/** Returns what both operations tell of an object. */
function toFacts(answer: HeadObjectCommandOutput | GetObjectCommandOutput, size: number): ObjectFacts {
  const { ETag = '', ContentType, Metadata = {} } = answer
  return { etag: ETag, size, contentType: ContentType, headers: toHeaders(answer), metadata: Metadata }
}

function toHeaders(answer: HeadObjectCommandOutput | GetObjectCommandOutput): SystemHeaders {
  const { ContentEncoding, CacheControl, ContentDisposition, ContentLanguage, ExpiresString } = answer
  return {
    ...(ContentEncoding !== undefined && { contentEncoding: ContentEncoding }),
    ...(CacheControl !== undefined && { cacheControl: CacheControl }),
    ...(ContentDisposition !== undefined && { contentDisposition: ContentDisposition }),
    ...(ContentLanguage !== undefined && { contentLanguage: ContentLanguage }),
    ...(ExpiresString !== undefined && { expires: ExpiresString }),
  }
}

/** Formats the header `x-amz-copy-source`: the key is percent-encoded except for its slashes. */
const toCopySource = ({ bucket, key }: S3Location): string =>
  `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
