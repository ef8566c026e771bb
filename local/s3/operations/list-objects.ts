import * as z from 'zod'
import { quoteEtag } from '../protocol/description.ts'
import { invalidArgument } from '../protocol/errors.ts'
import { xmlReply } from '../protocol/reply.ts'
import { parseCount, type S3Request } from '../protocol/request.ts'
import type { XmlElements } from '../protocol/xml.ts'
import type { StoredObject } from '../storage/model.ts'
import type { Store } from '../storage/store.ts'
import { type Listing, list, type Position } from './listing.ts'
import type { Operation } from './operation.ts'

const MAX_KEYS = 1000
const Token = z.union([z.strictObject({ key: z.string() }), z.strictObject({ commonPrefix: z.string() })])

/** ListObjectsV2. */
export const listObjects: Operation = (request, store) => {
  const { query } = request
  const token = query.get('continuation-token')
  const startAfter = query.get('start-after')
  const after = token !== null ? readToken(token) : startAfter ? { key: startAfter } : undefined
  const { listing, common, encode } = listPage(request, store, after)
  return xmlReply('ListBucketResult', {
    ...common,
    KeyCount: listing.entries.length + listing.commonPrefixes.length,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: listing.next && writeToken(listing.next),
    StartAfter: startAfter === null ? undefined : encode(startAfter),
    ...toListElements(listing, encode, query.get('fetch-owner') === 'true'),
  })
}

/** ListObjects (version 1). Its marker is a key or a common prefix of the previous page. */
export const listObjectsV1: Operation = (request, store) => {
  const marker = request.query.get('marker') ?? ''
  const prefix = request.query.get('prefix') ?? ''
  const delimiter = request.query.get('delimiter') ?? ''
  const isCommonPrefix = delimiter !== '' && marker.startsWith(prefix) && marker.endsWith(delimiter)
  const { listing, common, encode } = listPage(
    request,
    store,
    isCommonPrefix ? { commonPrefix: marker } : { key: marker },
  )
  const next = listing.next && ('key' in listing.next ? listing.next.key : listing.next.commonPrefix)
  return xmlReply('ListBucketResult', {
    ...common,
    Marker: encode(marker),
    NextMarker: delimiter === '' || next === undefined ? undefined : encode(next),
    ...toListElements(listing, encode, true),
  })
}

/** Lists one page and renders the elements that both versions share. */
function listPage({ bucket, query }: S3Request, store: Store, after: Position | undefined) {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const limit = Math.min(parseCount(query, 'max-keys', MAX_KEYS), MAX_KEYS)
  const encode = createKeyEncoder(query)
  const listing = list(store.bucket(bucket).objects, { prefix, delimiter, after, limit })
  const common: XmlElements = {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: limit,
    EncodingType: query.get('encoding-type') ?? undefined,
    IsTruncated: listing.next !== undefined,
  }
  return { listing, common, encode }
}

function toListElements(
  listing: Listing<StoredObject>,
  encode: (text: string) => string,
  withOwner: boolean,
): XmlElements {
  const Contents = listing.entries.map(([key, object]) => ({
    Key: encode(key),
    LastModified: new Date(object.modified).toISOString(),
    ETag: quoteEtag(object.etag),
    ChecksumAlgorithm: object.checksum?.algorithm,
    ChecksumType: object.checksum?.type,
    Size: object.size,
    StorageClass: object.headers['x-amz-storage-class'] ?? 'STANDARD',
    Owner: withOwner ? { ID: 'local', DisplayName: 'local' } : undefined,
  }))
  return { Contents, CommonPrefixes: listing.commonPrefixes.map((Prefix) => ({ Prefix: encode(Prefix) })) }
}

/** Returns how to encode keys: verbatim, or form-encoded except for slashes with `encoding-type=url`. */
export function createKeyEncoder(query: URLSearchParams): (text: string) => string {
  const type = query.get('encoding-type')
  if (type === null || type === '') return (text) => text
  if (type !== 'url') throw invalidArgument('encoding-type', type, 'Invalid Encoding Method specified in Request')
  return (text) => new URLSearchParams({ '': text }).toString().slice(1).replaceAll('%2F', '/')
}

const writeToken = (position: Position) => Buffer.from(JSON.stringify(position)).toString('base64url')

function readToken(token: string): Position {
  try {
    return Token.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')))
  } catch {
    throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect')
  }
}
