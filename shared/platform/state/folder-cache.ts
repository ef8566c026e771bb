import type { Ports } from '../ports.ts'
import { type RecordRef, readState } from './record.ts'
import { type FindRecord, MAX_AGE_MILLISECONDS, setBounded } from './record-cache.ts'

type Needs = Pick<Ports, 'objects' | 'now'>

interface Cached<Value> {
  readonly value: Value
  readonly etag: string
  /** When it was certainly the current version: milliseconds since 1970. */
  readonly since: number
}

/** Records are checked somewhat before they are too old: other calls go on with what is known meanwhile. */
const REFRESH_MILLISECONDS = 45_000
const MAX_RECORDS = 1000

/**
 * Returns a lookup that caches records of one folder for at most a minute, up to 1,000 of them. Before the minute is over,
 * one listing of the folder tells which of them have not changed: many records cost one request, not one each. Records after
 * the first 1,000 of the folder are read again instead. A record that does not exist is not cached.
 * @param folder prefix of the keys, such as `system/tokens/`
 */
export function folderCache<Value>(folder: string, toRef: (name: string) => RecordRef<Value>): FindRecord<Value> {
  const cache = new Map<string, Cached<Value>>()
  /** When the last listing was requested. */
  let listedAt = Number.NEGATIVE_INFINITY

  const isYounger = (milliseconds: number, since: number, now: number): boolean =>
    now >= since && now - since < milliseconds

  /** Keeps the records that are listed as they were. */
  const checkAll = async ({ objects, now }: Needs): Promise<void> => {
    const since = now().getTime()
    listedAt = since
    const { objects: listed } = await objects.list(folder)
    const etags = new Map(listed.map(({ key, etag }) => [key, etag]))
    for (const [key, cached] of cache) {
      if (etags.get(key) === cached.etag) cache.set(key, { ...cached, since: Math.max(since, cached.since) })
      else if (cached.since <= since) cache.delete(key)
    }
  }

  const read = async (ref: RecordRef<Value>, { objects, now }: Needs): Promise<Value | undefined> => {
    cache.delete(ref.key)
    const since = now().getTime()
    const state = await readState(ref, { objects })
    if (!state) return undefined
    setBounded(cache, ref.key, { value: state.value, etag: state.etag, since }, MAX_RECORDS)
    return state.value
  }

  return async (name, ports, isCurrent = () => true) => {
    const ref = toRef(name)
    const cached = cache.get(ref.key)
    if (!cached || !isCurrent(cached.value)) return await read(ref, ports)
    const now = ports.now().getTime()
    // No call waits for the request of another one, which may hang, or have been frozen with its function.
    const isBeingChecked = isYounger(MAX_AGE_MILLISECONDS - REFRESH_MILLISECONDS, listedAt, now)
    const maxAge = isBeingChecked || cache.size === 1 ? MAX_AGE_MILLISECONDS : REFRESH_MILLISECONDS
    if (isYounger(maxAge, cached.since, now)) return cached.value
    // A single record costs as much to read as to list; and after a listing that did not reach it, it is read.
    if (cache.size === 1 || isYounger(REFRESH_MILLISECONDS, listedAt, now)) return await read(ref, ports)
    await checkAll(ports)
    const checked = cache.get(ref.key)
    return checked && isYounger(MAX_AGE_MILLISECONDS, checked.since, ports.now().getTime()) && isCurrent(checked.value)
      ? checked.value
      : await read(ref, ports)
  }
}
