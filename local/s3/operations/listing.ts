import { compareKeys } from '../storage/key-order.ts'
import type { SortedMap } from '../storage/sorted-map.ts'

/** A position in a listing: after a key, or after all keys that a common prefix groups. */
export type Position = { readonly key: string } | { readonly commonPrefix: string }

export interface ListingRequest {
  readonly prefix: string
  /** Keys that contain it after the prefix are grouped into common prefixes. Empty disables grouping. */
  readonly delimiter: string
  readonly after?: Position | undefined
  /** Maximum number of keys and common prefixes together. */
  readonly limit: number
}

export interface Listing<Value> {
  readonly entries: readonly (readonly [string, Value])[]
  readonly commonPrefixes: readonly string[]
  /** Where the next page starts; undefined on the last page. */
  readonly next: Position | undefined
}

/** Returns one page of a listing. Takes one binary search per item, even for a common prefix of many keys. */
export function list<Value>(objects: SortedMap<Value>, request: ListingRequest): Listing<Value> {
  const { prefix, delimiter, limit } = request
  const entries: [string, Value][] = []
  const commonPrefixes: string[] = []
  let last = request.after
  for (;;) {
    const key = objects.firstWhere((candidate) => compareKeys(candidate, prefix) >= 0 && isAfter(candidate, last))
    if (key === undefined || !key.startsWith(prefix) || limit === 0) return { entries, commonPrefixes, next: undefined }
    if (entries.length + commonPrefixes.length === limit) return { entries, commonPrefixes, next: last }
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const value = objects.get(key)
    if (end >= 0) {
      const commonPrefix = key.slice(0, end + delimiter.length)
      commonPrefixes.push(commonPrefix)
      last = { commonPrefix }
    } else if (value !== undefined) {
      entries.push([key, value])
      last = { key }
    }
  }
}

function isAfter(key: string, position: Position | undefined): boolean {
  if (position === undefined) return true
  if ('key' in position) return compareKeys(key, position.key) > 0
  return compareKeys(key, position.commonPrefix) > 0 && !key.startsWith(position.commonPrefix)
}
