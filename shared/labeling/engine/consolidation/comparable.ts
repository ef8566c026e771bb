import { type ClassBox, compareText } from './boxes.ts'

/** Boxes of all opinions on an image that are compared. Nine workers who draw 100 objects have 900. */
export const MAX_COMPARED_BOXES = 1200
/** Pairs of boxes of different workers that overlap. 100 objects that nine workers draw have 3,600, and more in a crowd. */
export const MAX_OVERLAPPING_PAIRS = 20_000

/** An opinion, as far as its size matters. */
interface SizedOpinion {
  readonly worker: string
  readonly boxes: readonly ClassBox[]
}

/**
 * Returns the opinions that can be compared with each other in some milliseconds, which are all of them, unless workers have
 * drawn hundreds of boxes all over each other. Then those with the most boxes are left out, one after the other: comparing
 * them would take seconds for each image. Does not depend on the order of opinions. Pure.
 */
export function comparableOpinions<Opinion extends SizedOpinion>(opinions: readonly Opinion[]): readonly Opinion[] {
  const bySize = opinions.toSorted(
    (one, other) => one.boxes.length - other.boxes.length || compareText(one.worker, other.worker),
  )
  let count = bySize.length
  while (count > 1 && !isComparable(bySize.slice(0, count))) count -= 1
  if (count === bySize.length) return opinions
  const left = new Set(bySize.slice(0, count))
  return opinions.filter((opinion) => left.has(opinion))
}

function isComparable(opinions: readonly SizedOpinion[]): boolean {
  const total = opinions.reduce((sum, { boxes }) => sum + boxes.length, 0)
  return total <= MAX_COMPARED_BOXES && !overlapsTooOften(opinions)
}

/** Sweeps over the boxes from left to right, and stops when there are too many pairs. */
function overlapsTooOften(opinions: readonly SizedOpinion[]): boolean {
  const drawn = opinions
    .flatMap(({ boxes }, opinion) => boxes.map((box) => ({ opinion, box })))
    .toSorted((one, other) => one.box.left - other.box.left)
  let pairs = 0
  for (const [position, { opinion, box }] of drawn.entries()) {
    const [right, bottom] = [box.left + box.width, box.top + box.height]
    for (let next = position + 1; next < drawn.length; next++) {
      const other = drawn[next]
      if (!other || other.box.left >= right) break
      const isApart = other.box.top >= bottom || other.box.top + other.box.height <= box.top
      if (other.opinion === opinion || isApart) continue
      pairs += 1
      if (pairs > MAX_OVERLAPPING_PAIRS) return true
    }
  }
  return false
}
