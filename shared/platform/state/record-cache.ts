import type { Ports } from '../ports.ts'
import { type RecordRef, readState } from './record.ts'

/** A record that was removed or changed keeps its old value for at most this long. */
export const MAX_AGE_MILLISECONDS = 60_000
const MAX_RECORDS = 1000

/** @param isCurrent false for a cached record that must have changed since: it is read again */
export type FindRecord<Value> = (
  name: string,
  ports: Pick<Ports, 'objects' | 'now'>,
  isCurrent?: (value: Value) => boolean,
) => Promise<Value | undefined>

/**
 * Returns a lookup that caches up to 1,000 records for a minute. A record that does not exist is not cached, so a new one
 * is found at once.
 */
export function recordCache<Value>(toRef: (name: string) => RecordRef<Value>): FindRecord<Value> {
  const cache = new Map<string, { readonly value: Value; readonly since: number }>()

  return async (name, { objects, now }, isCurrent = () => true) => {
    const ref = toRef(name)
    const cached = cache.get(ref.key)
    const age = now().getTime() - (cached?.since ?? 0)
    if (cached && age >= 0 && age < MAX_AGE_MILLISECONDS && isCurrent(cached.value)) return cached.value
    cache.delete(ref.key)
    const since = now().getTime()
    const state = await readState(ref, { objects })
    if (!state) return undefined
    setBounded(cache, ref.key, { value: state.value, since }, MAX_RECORDS)
    return state.value
  }
}

/** Sets an entry of a cache as its newest. The oldest one is dropped when there would be more than `max`. */
export function setBounded<Key, Value>(cache: Map<Key, Value>, key: Key, value: Value, max: number): void {
  cache.delete(key)
  const [oldest] = cache.keys()
  if (cache.size >= max && oldest !== undefined) cache.delete(oldest)
  cache.set(key, value)
}
