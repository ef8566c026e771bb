import { randomBytes } from 'node:crypto'
import { receiveBody } from '../protocol/body.ts'
import { type ChecksumType, checksumElements, checksumHeaders, parseAlgorithm } from '../protocol/checksums.ts'
import { parseDescription, quoteEtag } from '../protocol/description.ts'
import { measureContent } from '../protocol/digests.ts'
import { invalidArgument, S3Error } from '../protocol/errors.ts'
import { parseCopyRange, sliceExtents } from '../protocol/ranges.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import type { S3Request } from '../protocol/request.ts'
import type { Content } from '../storage/model.ts'
import type { Store } from '../storage/store.ts'
import { findCopySource } from './copy-source.ts'
import type { Operation } from './operation.ts'

const MAX_PARTS = 10_000

export const createMultipartUpload: Operation = (request, store) => {
  const { bucket, key } = request
  store.bucket(bucket)
  const checksumAlgorithm = parseAlgorithm(request.header('x-amz-checksum-algorithm'))
  const checksumType = parseChecksumType(request)
  const id = randomBytes(24).toString('base64url')
  store.commit({
    type: 'upload-started',
    bucket,
    upload: {
      id,
      key,
      started: Date.now(),
      ...parseDescription(request),
      ...(checksumAlgorithm !== undefined && { checksumAlgorithm, checksumType }),
    },
  })
  const headers: Record<string, string> = checksumAlgorithm
    ? { 'x-amz-checksum-algorithm': checksumAlgorithm, 'x-amz-checksum-type': checksumType }
    : {}
  return xmlReply('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: id }, headers)
}

export const uploadPart: Operation = async (request, store) => {
  const { upload, number } = findUploadTarget(request, store)
  const content = await receiveBody(request, store.bodies, upload.checksumAlgorithm)
  try {
    commitPart(request, store, number, content)
  } finally {
    store.bodies.release(content)
  }
  return emptyReply(200, { etag: quoteEtag(content.etag), ...checksumHeaders(content.checksum) })
}

/** Shares the source's bytes and reads them once to compute the part's ETag. */
export const uploadPartCopy: Operation = async (request, store) => {
  const { upload, number } = findUploadTarget(request, store)
  const { object } = findCopySource(request, store)
  const range = parseCopyRange(request.header('x-amz-copy-source-range'), object.size)
  const source = { ...object, extents: sliceExtents(object.extents, range) }
  store.bodies.retain(source)
  try {
    const content = await measureContent(store.bodies, source.extents, upload.checksumAlgorithm)
    const modified = commitPart(request, store, number, content)
    return xmlReply('CopyPartResult', {
      ETag: quoteEtag(content.etag),
      LastModified: new Date(modified).toISOString(),
      ...checksumElements(content.checksum),
    })
  } finally {
    store.bodies.release(source)
  }
}

export const abortMultipartUpload: Operation = (request, store) => {
  const { id } = store.upload(request.bucket, request.key, parseUploadId(request))
  store.commit({ type: 'upload-ended', bucket: request.bucket, uploadId: id })
  return emptyReply(204)
}

/** Returns the `uploadId` parameter, or an empty string. */
export const parseUploadId = ({ query }: S3Request) => query.get('uploadId') ?? ''

function findUploadTarget(request: S3Request, store: Store) {
  const text = request.query.get('partNumber') ?? ''
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < 1 || number > MAX_PARTS) {
    throw invalidArgument('partNumber', text, 'Part number must be an integer between 1 and 10000, inclusive')
  }
  return { upload: store.upload(request.bucket, request.key, parseUploadId(request)), number }
}

/** Commits a part. Looks the upload up again, because it may have ended while the part was received. */
function commitPart(request: S3Request, store: Store, number: number, content: Content): number {
  const { id } = store.upload(request.bucket, request.key, parseUploadId(request))
  const modified = Date.now()
  store.commit({ type: 'part-put', bucket: request.bucket, uploadId: id, part: { ...content, number, modified } })
  return modified
}

function parseChecksumType(request: S3Request): ChecksumType {
  const algorithm = parseAlgorithm(request.header('x-amz-checksum-algorithm'))
  const type = request.header('x-amz-checksum-type') ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  if (type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw new S3Error('InvalidRequest', {}, 'Value for x-amz-checksum-type header is invalid.')
  }
  const possible = type === 'COMPOSITE' ? algorithm !== 'CRC64NVME' : !algorithm?.startsWith('SHA')
  if (possible) return type
  throw new S3Error(
    'InvalidRequest',
    {},
    `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
  )
}
