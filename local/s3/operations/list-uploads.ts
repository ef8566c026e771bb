import { checksumElements } from '../protocol/checksums.ts'
import { quoteEtag } from '../protocol/description.ts'
import { S3Error } from '../protocol/errors.ts'
import { xmlReply } from '../protocol/reply.ts'
import { parseCount } from '../protocol/request.ts'
import { compareKeys } from '../storage/key-order.ts'
import type { Upload } from '../storage/model.ts'
import { createKeyEncoder } from './list-objects.ts'
import { parseUploadId } from './multipart.ts'
import type { Operation } from './operation.ts'

const MAX_ITEMS = 1000

export const listParts: Operation = (request, store) => {
  const { bucket, key, query } = request
  const upload = store.upload(bucket, key, parseUploadId(request))
  const after = parseCount(query, 'part-number-marker', 0)
  const limit = Math.min(parseCount(query, 'max-parts', MAX_ITEMS), MAX_ITEMS)
  const rest = [...upload.parts.values()]
    .filter(({ number }) => number > after)
    .sort((left, right) => left.number - right.number)
  const page = rest.slice(0, limit)
  return xmlReply('ListPartsResult', {
    Bucket: bucket,
    Key: createKeyEncoder(query)(key),
    UploadId: upload.id,
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.number ?? after,
    MaxParts: limit,
    IsTruncated: rest.length > page.length,
    ChecksumAlgorithm: upload.checksumAlgorithm,
    ChecksumType: upload.checksumType,
    StorageClass: upload.headers['x-amz-storage-class'] ?? 'STANDARD',
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.modified).toISOString(),
      ETag: quoteEtag(part.etag),
      Size: part.size,
      ...checksumElements(part.checksum),
      ChecksumType: undefined,
    })),
  })
}

/** Lists open uploads by key, then by age. Grouping by delimiter is not implemented. */
export const listMultipartUploads: Operation = ({ bucket, query }, store) => {
  if (query.get('delimiter')) throw new S3Error('NotImplemented', { Parameter: 'delimiter' })
  const prefix = query.get('prefix') ?? ''
  const keyMarker = query.get('key-marker') ?? ''
  const idMarker = query.get('upload-id-marker') ?? ''
  const limit = Math.min(parseCount(query, 'max-uploads', MAX_ITEMS), MAX_ITEMS)
  const encode = createKeyEncoder(query)
  const all = [...store.bucket(bucket).uploads.values()].filter(({ key }) => key.startsWith(prefix)).sort(byKeyAndAge)
  const marked = all.findIndex(({ key, id }) => key === keyMarker && id === idMarker)
  const rest = marked >= 0 ? all.slice(marked + 1) : all.filter(({ key }) => compareKeys(key, keyMarker) > 0)
  const page = rest.slice(0, limit)
  const isTruncated = rest.length > page.length
  return xmlReply('ListMultipartUploadsResult', {
    Bucket: bucket,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: isTruncated ? encode(page.at(-1)?.key ?? '') : undefined,
    NextUploadIdMarker: isTruncated ? page.at(-1)?.id : undefined,
    Prefix: encode(prefix),
    EncodingType: query.get('encoding-type') ?? undefined,
    MaxUploads: limit,
    IsTruncated: isTruncated,
    Upload: page.map((upload) => ({
      UploadId: upload.id,
      Key: encode(upload.key),
      Initiated: new Date(upload.started).toISOString(),
      StorageClass: upload.headers['x-amz-storage-class'] ?? 'STANDARD',
      ChecksumAlgorithm: upload.checksumAlgorithm,
      ChecksumType: upload.checksumType,
    })),
  })
}

function byKeyAndAge(left: Upload, right: Upload): number {
  return compareKeys(left.key, right.key) || left.started - right.started || compareKeys(left.id, right.id)
}
