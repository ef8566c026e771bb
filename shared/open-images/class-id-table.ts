/** Maps class ids to numbers. Ids are looked up as bytes, without creating strings, for loops over millions of rows. */
export interface ClassIdTable {
  /** The ids of the table, by number. */
  readonly classIds: readonly string[]
  /** Returns the number of the id in bytes [start, end), or -1 if the table does not contain it. */
  find(bytes: Uint8Array, start: number, end: number): number
  /** Adds an id that the table does not contain, and returns its number. */
  add(classId: string): number
}

const HASH_BASIS = 0x811c9dc5
const HASH_PRIME = 0x01000193
const MIN_SLOTS = 64

/**
 * Creates a table of these ids, numbered in the order given. Ids are printable ASCII.
 * Open addressing over 32-bit FNV-1a, at most a quarter full.
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function classIdTable(ids: readonly string[]): ClassIdTable {
  const classIds: string[] = []
  const keys: Buffer[] = []
  let slots = new Int32Array(MIN_SLOTS).fill(-1)

  const occupy = (number: number, key: Buffer): void => {
    const mask = slots.length - 1
    let slot = hash(key, 0, key.length) & mask
    while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask
    slots[slot] = number
  }
  const add = (classId: string): number => {
    const key = Buffer.from(classId, 'latin1')
    const number = classIds.push(classId) - 1
    if (classIds.length * 4 > slots.length) {
      slots = new Int32Array(slots.length * 2).fill(-1)
      for (const [known, bytes] of keys.entries()) occupy(known, bytes)
    }
    keys.push(key)
    occupy(number, key)
    return number
  }
  const find = (bytes: Uint8Array, start: number, end: number): number => {
    const mask = slots.length - 1
    let slot = hash(bytes, start, end) & mask
    for (;;) {
      const number = slots[slot] ?? -1
      if (number < 0 || isEqual(keys[number], bytes, start, end)) return number
      slot = (slot + 1) & mask
    }
  }
  for (const classId of ids) add(classId)
  return { classIds, find, add }
}

/** Nearly all ids begin with `/m/`, so these bytes are not hashed. */
const PREFIX_BYTES = 3

function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = HASH_BASIS
  for (let at = start + PREFIX_BYTES; at < end; at++) value = Math.imul(value ^ (bytes[at] ?? 0), HASH_PRIME)
  return value ^ (value >>> 15)
}

function isEqual(key: Uint8Array | undefined, bytes: Uint8Array, start: number, end: number): boolean {
  if (key?.length !== end - start) return false
  for (let at = 0; at < key.length; at++) if (key[at] !== bytes[start + at]) return false
  return true
}
