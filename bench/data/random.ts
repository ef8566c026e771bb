import type { Random } from '../../local/seeded-random.ts'

/** A count from 1 up that is `mean` on average, small more often than large: how boxes gather in an image. */
export function countAround(mean: number, random: Random): number {
  if (mean <= 1) return 1
  return 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean))
}

/** Draws numbers 0, 1, 2 … each as often as its weight says, in constant time (Vose's alias method). */
export function weightedDraw(weights: readonly number[], random: Random): () => number {
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
