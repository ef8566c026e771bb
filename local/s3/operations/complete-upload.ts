import { receiveXml } from '../protocol/body.ts'
import { checksumElements, checksumHeader } from '../protocol/checksums.ts'
import { checkWrite, conditionsOf } from '../protocol/conditions.ts'
import { quoted } from '../protocol/description.ts'
import { measureContent } from '../protocol/digests.ts'
import { S3Error } from '../protocol/errors.ts'
import { xmlReply } from '../protocol/reply.ts'
import type { S3Request } from '../protocol/request.ts'
import type { Content, OpenUpload, Part, StoredObject } from '../storage/model.ts'
import type { Store } from '../storage/store.ts'
import { CompleteXml, chooseParts, joinParts } from './assemble.ts'
import { uploadIdOf } from './multipart.ts'
import type { Operation } from './operation.ts'

/** Joins the listed parts without moving a byte, then decides and commits in one step. */
export const completeMultipartUpload: Operation = async (request, store) => {
  const { bucket, key } = request
  const uploadId = uploadIdOf(request)
  store.upload(bucket, key, uploadId)
  const listed = await receiveOwnXml(request)
  const upload = store.upload(bucket, key, uploadId)
  const parts = chooseParts(upload, listed.Part)
  const joined = joinParts(parts, upload.checksumAlgorithm)
  store.bodies.hold(joined)
  try {
    const content = upload.checksumType === 'FULL_OBJECT' ? await withFullChecksum(joined, upload, store) : joined
    checkWhole(request, content)
    store.upload(bucket, key, uploadId)
    checkWrite(conditionsOf(request), key, store.bucket(bucket).objects.get(key))
    const object = toObject(content, upload, parts)
    store.commit({ type: 'object-put', bucket, key, object }, { type: 'upload-ended', bucket, uploadId })
    return xmlReply('CompleteMultipartUploadResult', {
      Location: `/${bucket}/${key}`,
      Bucket: bucket,
      Key: key,
      ETag: quoted(content.etag),
      ...checksumElements(content.checksum),
    })
  } finally {
    store.bodies.release(joined)
  }
}

/** Here `x-amz-checksum-` headers speak of the object, not of the request's body. */
const receiveOwnXml = (request: S3Request) =>
  receiveXml(
    { ...request, header: (name) => (name.startsWith('x-amz-checksum-') ? undefined : request.header(name)) },
    'CompleteMultipartUpload',
    CompleteXml,
  )

async function withFullChecksum(joined: Content, upload: OpenUpload, store: Store): Promise<Content> {
  const { checksum } = await measureContent(store.bodies, joined.extents, upload.checksumAlgorithm)
  return { ...joined, ...(checksum !== undefined && { checksum }) }
}

/** Holds the object against what the caller says of the whole. */
function checkWhole(request: S3Request, { size, checksum }: Content): void {
  const statedSize = request.header('x-amz-mp-object-size')
  if (statedSize !== undefined && Number(statedSize) !== size) {
    throw new S3Error(
      'InvalidRequest',
      {},
      `The provided x-amz-mp-object-size header value ${statedSize} does not match what was computed: ${size}`,
    )
  }
  const stated = checksum && request.header(checksumHeader(checksum.algorithm))
  if (stated === undefined || checksum === undefined) return
  const same = stated === checksum.value || stated === checksum.value.replace(/-\d+$/, '')
  if (!same)
    throw new S3Error('BadDigest', {}, `The ${checksum.algorithm} you specified did not match the calculated checksum.`)
}

function toObject(content: Content, { headers, metadata, tags }: OpenUpload, parts: readonly Part[]): StoredObject {
  const summaries = parts.map(({ number, size, checksum }) => ({ number, size, ...(checksum && { checksum }) }))
  return { ...content, headers, metadata, tags, modified: Date.now(), parts: summaries }
}
