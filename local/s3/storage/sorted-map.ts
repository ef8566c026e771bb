import { compareKeys } from './key-order.ts'

/** A map that can be iterated in the key order of S3 from any position. */
export interface SortedMap<Value> {
  readonly size: number
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  /** Returns the first key for which `reached` is true. `reached` must be monotonic: true for all later keys. */
  firstWhere(reached: (key: string) => boolean): string | undefined
  /** Yields all entries in order. */
  entries(): Generator<[string, Value]>
}

/** Maximum keys per run. An insert moves at most this many keys; finding a run is one binary search over the runs. */
const MAX_RUN_KEYS = 512

/** Returns the first index in [0, length) for which `reached` is true, or `length`. */
function binarySearch(length: number, reached: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (reached(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Creates an empty sorted map: a hash map for lookups and sorted runs of keys for iteration. */
export function createSortedMap<Value>(): SortedMap<Value> {
  const values = new Map<string, Value>()
  const runs: string[][] = []

  /** Returns the position of the first key for which `reached` is true, or where it would be inserted. */
  function locate(reached: (key: string) => boolean): { run: number; index: number } {
    const run = binarySearch(runs.length, (index) => reached(runs[index]?.at(-1) ?? ''))
    const keys = runs[run] ?? []
    return { run, index: binarySearch(keys.length, (index) => reached(keys[index] ?? '')) }
  }

  function insert(key: string): void {
    const { run, index } = locate((other) => compareKeys(other, key) >= 0)
    const last = runs.length - 1
    const keys = runs[run] ?? runs[last]
    if (keys === undefined) return void runs.push([key])
    keys.splice(run > last ? keys.length : index, 0, key)
    if (keys.length > MAX_RUN_KEYS) runs.splice(Math.min(run, last) + 1, 0, keys.splice(keys.length >>> 1))
  }

  function remove(key: string): void {
    const { run, index } = locate((other) => compareKeys(other, key) >= 0)
    runs[run]?.splice(index, 1)
    if (runs[run]?.length === 0) runs.splice(run, 1)
  }

  return {
    get size() {
      return values.size
    },
    get: (key) => values.get(key),
    set(key, value) {
      if (!values.has(key)) insert(key)
      values.set(key, value)
    },
    delete(key) {
      if (values.delete(key)) remove(key)
    },
    firstWhere(reached) {
      const { run, index } = locate(reached)
      return runs[run]?.[index]
    },
    *entries() {
      for (const key of runs.flat()) {
        const value = values.get(key)
        if (value !== undefined) yield [key, value]
      }
    },
  }
}
