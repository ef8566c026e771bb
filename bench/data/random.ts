import type { DrawNumber } from '../../local/seeded-random.ts'

/** Draws a count of at least 1 with this mean from a geometric distribution, like the number of boxes per image. */
export function drawCount(mean: number, random: DrawNumber): number {
  if (mean <= 1) return 1
  return 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean))
}

/** Creates a generator of indexes in proportion to their weights, in constant time per draw (Vose's alias method). */
export function createWeightedDraw(weights: readonly number[], random: DrawNumber): () => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const share = weights.map((weight) => (weight * weights.length) / total)
  const alias = weights.map((_, at) => at)
  const small = share.flatMap((one, at) => (one < 1 ? [at] : []))
  const large = share.flatMap((one, at) => (one < 1 ? [] : [at]))
  for (let low = small.pop(), high = large.at(-1); low !== undefined && high !== undefined; high = large.at(-1)) {
    alias[low] = high
    share[high] = (share[high] ?? 0) - (1 - (share[low] ?? 0))
    if ((share[high] ?? 0) < 1) small.push(large.pop() ?? high)
    low = small.pop()
  }
  return () => {
    const at = Math.floor(random() * weights.length)
    return random() < (share[at] ?? 1) ? at : (alias[at] ?? at)
  }
}
