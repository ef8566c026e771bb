import { checkRead, parseConditions } from '../protocol/conditions.ts'
import { toHeaders } from '../protocol/description.ts'
import { invalidArgument, S3Error } from '../protocol/errors.ts'
import { formatContentRange, parseRange, type Range, sliceExtents } from '../protocol/ranges.ts'
import type { Reply } from '../protocol/reply.ts'
import { encodeHeaderValue, type S3Request } from '../protocol/request.ts'
import type { StoredObject } from '../storage/model.ts'
import type { Store } from '../storage/store.ts'

const OVERRIDE = 'response-'

/** GetObject and HeadObject. Synchronous, so the bytes are retained before another request can replace the object. */
export function getObject(request: S3Request, store: Store): Reply {
  const object = store.object(request.bucket, request.key)
  if (checkRead(parseConditions(request), object) === 'not-modified') {
    return { status: 304, headers: toHeaders(object, false) }
  }
  const range = findPartRange(request, object) ?? parseRange(request.header('range'), object.size)
  const { start, end } = range ?? { start: 0, end: object.size }
  const headers = {
    ...toHeaders(object, range === undefined && request.header('x-amz-checksum-mode') === 'ENABLED'),
    ...parseOverrides(request),
    'content-length': String(end - start),
    ...(range !== undefined && { 'content-range': formatContentRange(range, object.size) }),
    ...(request.query.has('partNumber') && object.parts && { 'x-amz-mp-parts-count': String(object.parts.length) }),
  }
  const status = range === undefined ? 200 : 206
  if (request.method === 'HEAD') return { status, headers }
  const content = { ...object, extents: sliceExtents(object.extents, { start, end }) }
  store.bodies.retain(content)
  return { status, headers, content }
}

/** Returns the byte range of the requested part. An object from PutObject is its own part 1. */
function findPartRange({ query }: S3Request, object: StoredObject): Range | undefined {
  const partNumber = query.get('partNumber')
  if (partNumber === null) return undefined
  if (!/^[1-9]\d{0,4}$/.test(partNumber)) {
    throw invalidArgument('partNumber', partNumber, 'Part number must be an integer between 1 and 10000, inclusive')
  }
  if (object.parts === undefined && partNumber === '1')
    return object.size > 0 ? { start: 0, end: object.size } : undefined
  const index = Number(partNumber) - 1
  const part = object.parts?.[index]
  if (part === undefined) throw new S3Error('InvalidPartNumber', { PartNumberRequested: partNumber })
  const start = (object.parts ?? []).slice(0, index).reduce((sum, { size }) => sum + size, 0)
  return { start, end: start + part.size }
}

/** Returns the headers that `response-content-type` and similar query parameters override. */
function parseOverrides(request: S3Request): Record<string, string> {
  const parameters = [...request.query].filter(([name]) => name.startsWith(OVERRIDE))
  return Object.fromEntries(
    parameters.map(([name, value]) => [name.slice(OVERRIDE.length), encodeHeaderValue(name, value)]),
  )
}
