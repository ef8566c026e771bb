/** Numbers class ids that lie in bytes, without making strings of them: for loops over millions of rows. */
export interface ClassIdTable {
  /** The ids that it holds, by their numbers. */
  readonly classIds: readonly string[]
  /** The number of the id in bytes [start, end), or -1 for one that the table does not hold. */
  find(bytes: Uint8Array, start: number, end: number): number
  /** Takes in an id that it does not hold, and returns its number: the next. */
  add(classId: string): number
}

const HASH_BASIS = 0x811c9dc5
const HASH_PRIME = 0x01000193
const FEWEST_SLOTS = 64

/**
 * A table of these ids, numbered in the order given. Ids are printable ASCII.
 * Open addressing over 32-bit FNV-1a, at most a quarter full.
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function classIdTable(ids: readonly string[]): ClassIdTable {
  const classIds: string[] = []
  const keys: Buffer[] = []
  let slots = new Int32Array(FEWEST_SLOTS).fill(-1)

  const occupy = (number: number, key: Buffer): void => {
    const mask = slots.length - 1
    let slot = hashOf(key, 0, key.length) & mask
    while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask
    slots[slot] = number
  }
  const add = (classId: string): number => {
    const key = Buffer.from(classId, 'latin1')
    const number = classIds.push(classId) - 1
    if (classIds.length * 4 > slots.length) {
      slots = new Int32Array(slots.length * 2).fill(-1)
      for (const [held, its] of keys.entries()) occupy(held, its)
    }
    keys.push(key)
    occupy(number, key)
    return number
  }
  const find = (bytes: Uint8Array, start: number, end: number): number => {
    const mask = slots.length - 1
    let slot = hashOf(bytes, start, end) & mask
    for (;;) {
      const number = slots[slot] ?? -1
      if (number < 0 || same(keys[number], bytes, start, end)) return number
      slot = (slot + 1) & mask
    }
  }
  for (const classId of ids) add(classId)
  return { classIds, find, add }
}

/** Nearly all ids begin with `/m/`, which tells nothing of them. */
const SAME_BYTES = 3

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_BASIS
  for (let at = start + SAME_BYTES; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_PRIME)
  return hash ^ (hash >>> 15)
}

function same(key: Uint8Array | undefined, bytes: Uint8Array, start: number, end: number): boolean {
  if (key?.length !== end - start) return false
  for (let at = 0; at < key.length; at++) if (key[at] !== bytes[start + at]) return false
  return true
}
