import type { Description, StoredObject } from '../storage/model.ts'
import { checksumHeaders } from './checksums.ts'
import { S3Error } from './errors.ts'
import type { S3Request } from './request.ts'
import { parseTagHeader } from './tags.ts'

const META = 'x-amz-meta-'
const MAX_METADATA_BYTES = 2048
const STORED_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
]

/**
 * Parses the headers, metadata and tags that a write request sets on the object.
 * @throws S3Error `MetadataTooLarge`, `InvalidTag`
 */
export function parseDescription(request: S3Request): Description {
  const headers: Record<string, string> = { 'content-type': request.header('content-type') ?? 'binary/octet-stream' }
  for (const name of STORED_HEADERS) {
    const value = name === 'content-encoding' ? contentEncoding(request) : request.header(name)
    if (value !== undefined) headers[name] = value
  }
  const metadata = request.headersFrom(META)
  const size = metadata.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (size > MAX_METADATA_BYTES) throw new S3Error('MetadataTooLarge', { Size: String(size) })
  return { headers, metadata: Object.fromEntries(metadata), tags: parseTagHeader(request.header('x-amz-tagging')) }
}

/** Returns the content encoding without `aws-chunked`, which describes the request and not the object. */
function contentEncoding(request: S3Request): string | undefined {
  const codings = request
    .header('content-encoding')
    ?.split(',')
    .map((coding) => coding.trim())
  return codings?.filter((coding) => coding !== 'aws-chunked').join(',') || undefined
}

/**
 * Returns the response headers that describe an object.
 * @param withChecksum whether to include the checksum: only for a complete object, on request
 */
export function toHeaders(object: StoredObject, withChecksum: boolean): Record<string, string> {
  const metadata = Object.entries(object.metadata).map(([name, value]) => [META + name, value])
  return {
    'accept-ranges': 'bytes',
    etag: quoteEtag(object.etag),
    'last-modified': new Date(object.modified).toUTCString(),
    ...object.headers,
    ...Object.fromEntries(metadata),
    ...(object.tags.length > 0 && { 'x-amz-tagging-count': String(object.tags.length) }),
    ...(withChecksum && checksumHeaders(object.checksum)),
  }
}

/** Quotes an ETag for a header or XML document. */
export const quoteEtag = (etag: string) => `"${etag}"`
