import { seededRandom } from '../../local/seeded-random.ts'

/** What comes next by chance: the same seed gives the same. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `least` up to, not including, `most`. */
  between(least: number, most: number): number
  chance(probability: number): boolean
  pick<Item>(items: readonly [Item, ...Item[]]): Item
}

/** Draws from a seed; `name` gives each user of one seed its own. */
export function randomFrom(seed: number, name = ''): Random {
  const named = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed)
  const next = seededRandom(named)
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (items) => items[between(0, items.length)] ?? items[0],
  }
}
