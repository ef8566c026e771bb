import { receiveXml } from '../protocol/body.ts'
import { checksumElements, checksumHeader } from '../protocol/checksums.ts'
import { checkWrite, parseConditions } from '../protocol/conditions.ts'
import { quoteEtag } from '../protocol/description.ts'
import { measureContent } from '../protocol/digests.ts'
import { S3Error } from '../protocol/errors.ts'
import { xmlReply } from '../protocol/reply.ts'
import type { S3Request } from '../protocol/request.ts'
import type { Content, OpenUpload, Part, StoredObject } from '../storage/model.ts'
import type { Store } from '../storage/store.ts'
import { CompleteXml, joinParts, selectParts } from './assemble.ts'
import { parseUploadId } from './multipart.ts'
import type { Operation } from './operation.ts'

/** Joins the listed parts without copying bytes, then checks the conditions and commits in one synchronous step. */
export const completeMultipartUpload: Operation = async (request, store) => {
  const { bucket, key } = request
  const uploadId = parseUploadId(request)
  store.upload(bucket, key, uploadId)
  const listed = await receivePartList(request)
  const upload = store.upload(bucket, key, uploadId)
  const parts = selectParts(upload, listed.Part)
  const joined = joinParts(parts, upload.checksumAlgorithm)
  store.bodies.retain(joined)
  try {
    const content = upload.checksumType === 'FULL_OBJECT' ? await addFullChecksum(joined, upload, store) : joined
    verifyWholeObject(request, content)
    store.upload(bucket, key, uploadId)
    checkWrite(parseConditions(request), key, store.bucket(bucket).objects.get(key))
    const object = toObject(content, upload, parts)
    store.commit({ type: 'object-put', bucket, key, object }, { type: 'upload-ended', bucket, uploadId })
    return xmlReply('CompleteMultipartUploadResult', {
      Location: `/${bucket}/${key}`,
      Bucket: bucket,
      Key: key,
      ETag: quoteEtag(content.etag),
      ...checksumElements(content.checksum),
    })
  } finally {
    store.bodies.release(joined)
  }
}

/** Reads the part list. The `x-amz-checksum-` headers of this request describe the object, not the request body. */
const receivePartList = (request: S3Request) =>
  receiveXml(
    { ...request, header: (name) => (name.startsWith('x-amz-checksum-') ? undefined : request.header(name)) },
    'CompleteMultipartUpload',
    CompleteXml,
  )

async function addFullChecksum(joined: Content, upload: OpenUpload, store: Store): Promise<Content> {
  const { checksum } = await measureContent(store.bodies, joined.extents, upload.checksumAlgorithm)
  return { ...joined, ...(checksum !== undefined && { checksum }) }
}

/** Checks the object against the size and checksum that the request states. */
function verifyWholeObject(request: S3Request, { size, checksum }: Content): void {
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
