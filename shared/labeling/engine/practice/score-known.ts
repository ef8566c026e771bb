import type { ClassBox } from '../consolidation/boxes.ts'
import { scoreBoxes } from '../consolidation/score.ts'

/**
 * Scores drawn boxes by those that are known to be right, 0 to 1. Only classes that occur in the truth are compared: whether
 * the image shows others, nobody has checked. Pure.
 * @param truth at least one box, in the same pixels
 */
export const scoreKnown = (drawn: readonly ClassBox[], truth: readonly ClassBox[]): number =>
  scoreBoxes(onlyKnown(drawn, truth), truth)

/** Returns the boxes of classes that occur in the truth. Pure. */
export function onlyKnown(drawn: readonly ClassBox[], truth: readonly ClassBox[]): readonly ClassBox[] {
  const classes = new Set(truth.map(({ className }) => className))
  return drawn.filter(({ className }) => classes.has(className))
}
