import type { StoredObject } from '../storage/model.ts'
import { S3Error } from './errors.ts'
import type { S3Request } from './request.ts'

/** Headers that make a request depend on an object's ETag or time. */
export interface Conditions {
  readonly match: string | undefined
  readonly noneMatch: string | undefined
  readonly modifiedSince: number | undefined
  readonly unmodifiedSince: number | undefined
}

/** The request's conditions, about its own object or (`x-amz-copy-source-`) about the source of a copy. */
export function conditionsOf(request: S3Request, prefix: '' | 'x-amz-copy-source-' = ''): Conditions {
  return {
    match: request.header(`${prefix}if-match`),
    noneMatch: request.header(`${prefix}if-none-match`),
    modifiedSince: seconds(request.header(`${prefix}if-modified-since`)),
    unmodifiedSince: seconds(request.header(`${prefix}if-unmodified-since`)),
  }
}

/**
 * Whether to give the object, or to say that the caller has it already. An ETag outweighs a time.
 * @throws S3Error `PreconditionFailed`
 */
export function checkRead(conditions: Conditions, object: StoredObject): 'changed' | 'not-modified' {
  const { match, noneMatch, modifiedSince = -1, unmodifiedSince = Number.POSITIVE_INFINITY } = conditions
  const modified = Math.floor(object.modified / 1000)
  if (match !== undefined && !names(match, object.etag)) throw failed('If-Match')
  if (match === undefined && modified > unmodifiedSince) throw failed('If-Unmodified-Since')
  const known = noneMatch === undefined ? modified <= modifiedSince : names(noneMatch, object.etag)
  return known ? 'not-modified' : 'changed'
}

/**
 * Lets a write go on only if what is there now is what the writer expects. Commit in the same synchronous step.
 * @throws S3Error `PreconditionFailed`, `NoSuchKey` for If-Match where there is nothing, `NotImplemented`
 */
export function checkWrite({ match, noneMatch }: Conditions, key: string, current: StoredObject | undefined): void {
  if (noneMatch !== undefined && noneMatch !== '*') throw new S3Error('NotImplemented', { Header: 'If-None-Match' })
  if (noneMatch !== undefined && current !== undefined) throw failed('If-None-Match')
  if (match === undefined) return
  if (current === undefined) throw new S3Error('NoSuchKey', { Key: key })
  if (!names(match, current.etag)) throw failed('If-Match')
}

const failed = (condition: string) => new S3Error('PreconditionFailed', { Condition: condition })

/** Whether a list of ETags, or `*`, holds this one. */
function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const tag = item
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1')
    return tag === '*' || tag === etag
  })
}

/** A date in seconds since 1970; a header that is no date is ignored. */
function seconds(date: string | undefined): number | undefined {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000)
}
