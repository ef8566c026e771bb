import type { StoredObject } from '../storage/model.ts'
import { S3Error } from './errors.ts'
import type { S3Request } from './request.ts'

/** Conditional request headers. Times are in seconds since 1970. */
export interface Conditions {
  readonly match: string | undefined
  readonly noneMatch: string | undefined
  readonly modifiedSince: number | undefined
  readonly unmodifiedSince: number | undefined
}

/** What begins the headers of conditions on the source of a copy. */
type Prefix = '' | 'x-amz-copy-source-'

/** Parses the conditions on the object itself, or on the source of a copy. */
export function parseConditions(request: S3Request, prefix: Prefix = ''): Conditions {
  return {
    match: request.header(`${prefix}if-match`),
    noneMatch: request.header(`${prefix}if-none-match`),
    modifiedSince: parseSeconds(request.header(`${prefix}if-modified-since`)),
    unmodifiedSince: parseSeconds(request.header(`${prefix}if-unmodified-since`)),
  }
}

/**
 * Evaluates the conditions of a read. An ETag condition takes precedence over a time condition.
 * @param prefix of the headers, which the error names
 * @throws S3Error `PreconditionFailed`
 */
export function checkRead(
  conditions: Conditions,
  object: StoredObject,
  prefix: Prefix = '',
): 'changed' | 'not-modified' {
  const { match, noneMatch, modifiedSince = -1, unmodifiedSince = Number.POSITIVE_INFINITY } = conditions
  const modified = Math.floor(object.modified / 1000)
  if (match !== undefined && !includesEtag(match, object.etag)) throw preconditionFailed(`${prefix}If-Match`)
  if (match === undefined && modified > unmodifiedSince) throw preconditionFailed(`${prefix}If-Unmodified-Since`)
  const known = noneMatch === undefined ? modified <= modifiedSince : includesEtag(noneMatch, object.etag)
  return known ? 'not-modified' : 'changed'
}

/**
 * Evaluates the conditions of a write against the current object. Commit in the same synchronous step.
 * @throws S3Error `PreconditionFailed`, `NoSuchKey` for If-Match on a missing object, `NotImplemented`
 */
export function checkWrite({ match, noneMatch }: Conditions, key: string, current: StoredObject | undefined): void {
  if (noneMatch !== undefined && noneMatch !== '*') throw new S3Error('NotImplemented', { Header: 'If-None-Match' })
  if (noneMatch !== undefined && current !== undefined) throw preconditionFailed('If-None-Match')
  if (match === undefined) return
  if (current === undefined) throw new S3Error('NoSuchKey', { Key: key })
  if (!includesEtag(match, current.etag)) throw preconditionFailed('If-Match')
}

const preconditionFailed = (condition: string) => new S3Error('PreconditionFailed', { Condition: condition })

/** Returns whether a list of ETags, or `*`, includes this ETag. */
function includesEtag(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const tag = item
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1')
    return tag === '*' || tag === etag
  })
}

/** Parses a date to seconds since 1970. Invalid dates are ignored. */
function parseSeconds(date: string | undefined): number | undefined {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000)
}
