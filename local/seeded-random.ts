/** Draws a number from 0 up to, but not including, 1. */
export type DrawNumber = () => number

/** A source of random numbers. Two sources with the same seed and name return the same sequence. */
export interface Random {
  /** Returns a number from 0 up to, but not including, 1. */
  next(): number
  /** Returns an integer from `min` up to, but not including, `max`. */
  between(min: number, max: number): number
  /** Returns true with this probability. */
  chance(probability: number): boolean
  /** Returns one of the items. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item
}

/** Creates a Mulberry32 generator, which is fast enough for a hundred million draws. Not for cryptographic use. */
export function seededRandom(seed: number): DrawNumber {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Creates a source of random numbers on top of `seededRandom`.
 * @param name gives each user of one seed its own sequence
 */
export function randomFrom(seed: number, name = ''): Random {
  const namedSeed = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed)
  const next = seededRandom(namedSeed)
  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (items) => items[between(0, items.length)] ?? items[0],
  }
}
