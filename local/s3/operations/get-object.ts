import { checkRead, conditionsOf } from '../protocol/conditions.ts'
import { describe } from '../protocol/description.ts'
import { invalidArgument, S3Error } from '../protocol/errors.ts'
import { contentRange, parseRange, type Range, sliceExtents } from '../protocol/ranges.ts'
import type { Reply } from '../protocol/reply.ts'
import { asHeader, type S3Request } from '../protocol/request.ts'
import type { StoredObject } from '../storage/model.ts'
import type { Store } from '../storage/store.ts'

const OVERRIDE = 'response-'

/** GetObject and HeadObject. Synchronous: the bytes are held before anybody can replace the object. */
export function getObject(request: S3Request, store: Store): Reply {
  const object = store.object(request.bucket, request.key)
  if (checkRead(conditionsOf(request), object) === 'not-modified') {
    return { status: 304, headers: describe(object, false) }
  }
  const range = partRange(request, object) ?? parseRange(request.header('range'), object.size)
  const { start, end } = range ?? { start: 0, end: object.size }
  const headers = {
    ...describe(object, range === undefined && request.header('x-amz-checksum-mode') === 'ENABLED'),
    ...overrides(request),
    'content-length': String(end - start),
    ...(range !== undefined && { 'content-range': contentRange(range, object.size) }),
    ...(request.query.has('partNumber') && object.parts && { 'x-amz-mp-parts-count': String(object.parts.length) }),
  }
  const status = range === undefined ? 200 : 206
  if (request.method === 'HEAD') return { status, headers }
  const content = { ...object, extents: sliceExtents(object.extents, { start, end }) }
  store.bodies.hold(content)
  return { status, headers, content }
}

/** The bytes that were uploaded as one part; an object that was put whole is its own part 1. */
function partRange({ query }: S3Request, object: StoredObject): Range | undefined {
  const asked = query.get('partNumber')
  if (asked === null) return undefined
  if (!/^[1-9]\d{0,4}$/.test(asked)) {
    throw invalidArgument('partNumber', asked, 'Part number must be an integer between 1 and 10000, inclusive')
  }
  if (object.parts === undefined && asked === '1') return object.size > 0 ? { start: 0, end: object.size } : undefined
  const index = Number(asked) - 1
  const part = object.parts?.[index]
  if (part === undefined) throw new S3Error('InvalidPartNumber', { PartNumberRequested: asked })
  const start = (object.parts ?? []).slice(0, index).reduce((sum, { size }) => sum + size, 0)
  return { start, end: start + part.size }
}

/** `response-content-type=...` and the like in the query replace what the object says. */
function overrides(request: S3Request): Record<string, string> {
  const given = [...request.query].filter(([name]) => name.startsWith(OVERRIDE))
  return Object.fromEntries(given.map(([name, value]) => [name.slice(OVERRIDE.length), asHeader(name, value)]))
}
