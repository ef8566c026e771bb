import { compareKeys } from './key-order.ts'

/** A map whose keys can be walked in S3's order, from any place. */
export interface SortedMap<Value> {
  readonly size: number
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  /** The first key for which `reached` holds. `reached` must stay true for all keys after it. */
  firstWhere(reached: (key: string) => boolean): string | undefined
  /** All keys and values, in order. */
  entries(): Generator<[string, Value]>
}

/** Keys in one run. Inserting moves at most this many, finding a run takes one binary search over the runs. */
const RUN_LIMIT = 512

/** The first index in [0, length) for which `reached` holds, or `length`. */
function search(length: number, reached: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (reached(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** An empty sorted map: a hash map for look-ups, and the keys in sorted runs for walking. */
export function sortedMap<Value>(): SortedMap<Value> {
  const values = new Map<string, Value>()
  const runs: string[][] = []

  /** Where the first key for which `reached` holds is, or would be put. */
  function place(reached: (key: string) => boolean): { run: number; index: number } {
    const run = search(runs.length, (index) => reached(runs[index]?.at(-1) ?? ''))
    const keys = runs[run] ?? []
    return { run, index: search(keys.length, (index) => reached(keys[index] ?? '')) }
  }

  function insert(key: string): void {
    const { run, index } = place((other) => compareKeys(other, key) >= 0)
    const last = runs.length - 1
    const keys = runs[run] ?? runs[last]
    if (keys === undefined) return void runs.push([key])
    keys.splice(run > last ? keys.length : index, 0, key)
    if (keys.length > RUN_LIMIT) runs.splice(Math.min(run, last) + 1, 0, keys.splice(keys.length >>> 1))
  }

  function remove(key: string): void {
    const { run, index } = place((other) => compareKeys(other, key) >= 0)
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
      const { run, index } = place(reached)
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
