import { type ClassBox, compareBoxes, jaccardIndex } from './boxes.ts'

/**
 * Returns the overlaps (intersection over union) of boxes of two lists that are matched one to one: those of one class that
 * overlap most come first. Does not depend on the order of the lists. Pure.
 */
export function matchBoxes(boxes: readonly ClassBox[], others: readonly ClassBox[]): readonly number[] {
  const right = others.toSorted(compareBoxes)
  const pairs = boxes.toSorted(compareBoxes).flatMap((one, index) =>
    right.flatMap((other, otherIndex) => {
      const overlap = one.className === other.className ? jaccardIndex(one, other) : 0
      return overlap > 0 ? [{ index, otherIndex, overlap }] : []
    }),
  )
  const [taken, otherTaken] = [new Set<number>(), new Set<number>()]
  const matched: number[] = []
  for (const { index, otherIndex, overlap } of pairs.toSorted((one, other) => other.overlap - one.overlap)) {
    if (taken.has(index) || otherTaken.has(otherIndex)) continue
    taken.add(index)
    otherTaken.add(otherIndex)
    matched.push(overlap)
  }
  return matched
}
