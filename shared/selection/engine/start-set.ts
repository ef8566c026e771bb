/** Which images were taken, told apart by where their rows begin. */
export interface StartSet {
  has(start: number): boolean
  add(start: number): void
}

const FEWEST_SLOTS = 1 << 10
const EMPTY = -1
/** Knuth's multiplier, which spreads what lies near each other: The Art of Computer Programming 3, section 6.4. */
const SPREAD = 0x9e3779b1

/** Open addressing, at most half full: a deal asks millions of times, and a `Set` of such numbers takes ten times as long. */
export function startSet(): StartSet {
  let slots = new Float64Array(FEWEST_SLOTS).fill(EMPTY)
  let count = 0

  const slotOf = (start: number): number => {
    const mask = slots.length - 1
    let slot = (Math.imul(start, SPREAD) >>> 8) & mask
    while (slots[slot] !== EMPTY && slots[slot] !== start) slot = (slot + 1) & mask
    return slot
  }
  const grow = (): void => {
    const before = slots
    slots = new Float64Array(2 * before.length).fill(EMPTY)
    for (const start of before) if (start !== EMPTY) slots[slotOf(start)] = start
  }
  return {
    has: (start) => slots[slotOf(start)] === start,
    add: (start) => {
      const slot = slotOf(start)
      if (slots[slot] === start) return
      slots[slot] = start
      count += 1
      if (2 * count > slots.length) grow()
    },
  }
}
