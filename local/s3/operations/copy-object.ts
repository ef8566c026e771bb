import { checksumElements, parseAlgorithm } from '../protocol/checksums.ts'
import { checkWrite, parseConditions } from '../protocol/conditions.ts'
import { parseDescription, quoteEtag } from '../protocol/description.ts'
import { measureContent } from '../protocol/digests.ts'
import { invalidArgument, S3Error } from '../protocol/errors.ts'
import { xmlReply } from '../protocol/reply.ts'
import type { S3Request } from '../protocol/request.ts'
import type { Content, Description, StoredObject } from '../storage/model.ts'
import type { Store } from '../storage/store.ts'
import { findCopySource } from './copy-source.ts'
import type { Operation } from './operation.ts'

const MAX_COPY_BYTES = 5 * 2 ** 30

/** Copies by sharing the source's bytes: constant time, unless the ETag or checksum must be recomputed. */
export const copyObject: Operation = async (request, store) => {
  const { bucket, key } = request
  store.bucket(bucket)
  const source = findCopySource(request, store)
  if (source.object.size > MAX_COPY_BYTES) throw tooLarge()
  const replaces =
    isReplaceDirective(request, 'x-amz-metadata-directive') || isReplaceDirective(request, 'x-amz-tagging-directive')
  if (source.bucket === bucket && source.key === key && !replaces && !request.header('x-amz-storage-class')) {
    throw copyToItself()
  }
  const description = describeCopy(request, source.object)
  store.bodies.retain(source.object)
  try {
    const content = await copyContent(request, source.object, store)
    checkWrite(parseConditions(request), key, store.bucket(bucket).objects.get(key))
    const modified = Date.now()
    store.commit({ type: 'object-put', bucket, key, object: { ...content, ...description, modified } })
    return xmlReply('CopyObjectResult', {
      ETag: quoteEtag(content.etag),
      LastModified: new Date(modified).toISOString(),
      ...checksumElements(content.checksum),
    })
  } finally {
    store.bodies.release(source.object)
  }
}

/** A copy has a single part, so a copy of a multipart object gets a plain MD5 ETag, as in S3. Computing it reads the bytes. */
async function copyContent(request: S3Request, source: StoredObject, store: Store): Promise<Content> {
  const requested = parseAlgorithm(request.header('x-amz-checksum-algorithm'))
  const algorithm = requested ?? source.checksum?.algorithm
  if (source.parts === undefined && algorithm === source.checksum?.algorithm) {
    const { extents, size, etag, checksum } = source
    return { extents, size, etag, ...(checksum !== undefined && { checksum }) }
  }
  return measureContent(store.bodies, source.extents, algorithm)
}

function describeCopy(request: S3Request, source: StoredObject): Description {
  const requested = parseDescription(request)
  const { headers, metadata } = isReplaceDirective(request, 'x-amz-metadata-directive') ? requested : source
  const { tags } = isReplaceDirective(request, 'x-amz-tagging-directive') ? requested : source
  const storageClass = request.header('x-amz-storage-class')
  return { headers: { ...headers, ...(storageClass && { 'x-amz-storage-class': storageClass }) }, metadata, tags }
}

/** Returns whether this directive is `REPLACE` rather than `COPY`. */
function isReplaceDirective(request: S3Request, name: string): boolean {
  const value = request.header(name) ?? 'COPY'
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(name, value, `Unknown ${name}.`)
  return value === 'REPLACE'
}

const tooLarge = () =>
  new S3Error(
    'InvalidRequest',
    {},
    `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_COPY_BYTES}`,
  )

const copyToItself = () =>
  new S3Error(
    'InvalidRequest',
    {},
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  )
