import { checksumElement, checksumElements } from '../protocol/checksums.ts'
import { invalidArgument } from '../protocol/errors.ts'
import { xmlReply } from '../protocol/reply.ts'
import type { S3Request } from '../protocol/request.ts'
import type { XmlElements } from '../protocol/xml.ts'
import type { StoredObject } from '../storage/model.ts'
import type { Operation } from './operation.ts'

const MAX_PARTS = 1000

/** The attributes that a request may list. */
const attributes: Record<string, (object: StoredObject, request: S3Request) => XmlElements> = {
  ETag: ({ etag }) => ({ ETag: etag }),
  Checksum: ({ checksum }) => ({ Checksum: checksum && checksumElements(checksum) }),
  ObjectParts: (object, request) => ({ ObjectParts: toObjectParts(object, request) }),
  StorageClass: ({ headers }) => ({ StorageClass: headers['x-amz-storage-class'] ?? 'STANDARD' }),
  ObjectSize: ({ size }) => ({ ObjectSize: size }),
}

export const getObjectAttributes: Operation = (request, store) => {
  const object = store.object(request.bucket, request.key)
  const requested = (request.header('x-amz-object-attributes') ?? '').split(',').map((name) => name.trim())
  const unknown = requested.find((name) => !Object.hasOwn(attributes, name))
  if (unknown !== undefined)
    throw invalidArgument('x-amz-object-attributes', unknown, 'Invalid attribute name specified.')
  const found = Object.keys(attributes)
    .filter((name) => requested.includes(name))
    .map((name) => attributes[name]?.(object, request))
  const headers = { 'last-modified': new Date(object.modified).toUTCString() }
  return xmlReply('GetObjectAttributesResponse', Object.assign({}, ...found), headers)
}

function toObjectParts({ parts }: StoredObject, request: S3Request): XmlElements | undefined {
  if (parts === undefined) return undefined
  const after = Number(request.header('x-amz-part-number-marker') ?? 0)
  const limit = Math.min(Number(request.header('x-amz-max-parts') ?? MAX_PARTS), MAX_PARTS)
  const rest = parts.filter(({ number }) => number > after)
  const page = rest.slice(0, limit)
  return {
    PartsCount: parts.length,
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.number ?? after,
    MaxParts: limit,
    IsTruncated: rest.length > page.length,
    Part: page.map(({ number, size, checksum }) => ({
      PartNumber: number,
      Size: size,
      ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value }),
    })),
  }
}
