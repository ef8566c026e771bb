/** A set of images, identified by the offset of their rows. */
export interface StartSet {
  has(start: number): boolean
  add(start: number): void
}

const MIN_SLOTS = 1 << 10
const EMPTY = -1
/** Multiplier of multiplicative hashing: Knuth, The Art of Computer Programming 3, section 6.4. */
const MULTIPLIER = 0x9e3779b1

/** Creates an empty set with open addressing, at most half full. A deal makes millions of look-ups, and a `Set` takes ten times as long. */
export function startSet(): StartSet {
  let slots = new Float64Array(MIN_SLOTS).fill(EMPTY)
  let count = 0

  const findSlot = (start: number): number => {
    const mask = slots.length - 1
    let slot = (Math.imul(start, MULTIPLIER) >>> 8) & mask
    while (slots[slot] !== EMPTY && slots[slot] !== start) slot = (slot + 1) & mask
    return slot
  }
  const grow = (): void => {
    const old = slots
    slots = new Float64Array(2 * old.length).fill(EMPTY)
    for (const start of old) if (start !== EMPTY) slots[findSlot(start)] = start
  }
  return {
    has: (start) => slots[findSlot(start)] === start,
    add: (start) => {
      const slot = findSlot(start)
      if (slots[slot] === start) return
      slots[slot] = start
      count += 1
      if (2 * count > slots.length) grow()
    },
  }
}
