/** Numbers class ids that lie in bytes, without making strings of them: for loops over millions of rows. */
export interface ClassIdTable {
  /** The number of the id in bytes [start, end), or -1 for one that the table does not hold. */
  find(bytes: Uint8Array, start: number, end: number): number
}

const HASH_BASIS = 0x811c9dc5
const HASH_PRIME = 0x01000193

/**
 * A table of these ids, numbered in the order given. Ids are printable ASCII.
 * Open addressing over 32-bit FNV-1a, at most a quarter full.
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function classIdTable(ids: readonly string[]): ClassIdTable {
  const keys = ids.map((id) => Buffer.from(id, 'latin1'))
  const mask = 2 ** Math.ceil(Math.log2(Math.max(16, ids.length * 4))) - 1
  const slots = new Int32Array(mask + 1).fill(-1)
  for (const [number, key] of keys.entries()) {
    let slot = hashOf(key, 0, key.length) & mask
    while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask
    slots[slot] = number
  }
  return {
    find: (bytes, start, end) => {
      let slot = hashOf(bytes, start, end) & mask
      for (;;) {
        const number = slots[slot] ?? -1
        if (number < 0 || same(keys[number], bytes, start, end)) return number
        slot = (slot + 1) & mask
      }
    },
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_BASIS
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_PRIME)
  return hash ^ (hash >>> 15)
}

function same(key: Uint8Array | undefined, bytes: Uint8Array, start: number, end: number): boolean {
  if (key?.length !== end - start) return false
  for (let at = 0; at < key.length; at++) if (key[at] !== bytes[start + at]) return false
  return true
}
