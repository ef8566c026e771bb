import { type ClassBox, compareBoxes, jaccardIndex } from './boxes.ts'

/** Boxes of two lists that are around the same object. */
export interface BoxPair {
  readonly box: ClassBox
  readonly other: ClassBox
  /** Intersection over union, above 0. */
  readonly overlap: number
}

/**
 * Matches boxes of two lists one to one: those of one class that overlap most come first. Does not depend on the order of
 * the lists. Pure.
 */
export function matchBoxes(boxes: readonly ClassBox[], others: readonly ClassBox[]): readonly BoxPair[] {
  const right = others.toSorted(compareBoxes)
  const pairs = boxes.toSorted(compareBoxes).flatMap((one, index) =>
    right.flatMap((other, otherIndex) => {
      const overlap = one.className === other.className ? jaccardIndex(one, other) : 0
      return overlap > 0 ? [{ index, otherIndex, box: one, other, overlap }] : []
    }),
  )
  const [taken, otherTaken] = [new Set<number>(), new Set<number>()]
  const matched: BoxPair[] = []
  for (const { index, otherIndex, ...pair } of pairs.toSorted((one, other) => other.overlap - one.overlap)) {
    if (taken.has(index) || otherTaken.has(otherIndex)) continue
    taken.add(index)
    otherTaken.add(otherIndex)
    matched.push(pair)
  }
  return matched
}
