import type { ClassBox } from '../consolidation/boxes.ts'
import { scoreBoxes } from '../consolidation/score.ts'

/**
 * Scores drawn boxes by those that are known to be right, 0 to 1. Only classes that occur in the truth are compared: whether
 * the image shows others, nobody has checked. Pure.
 * @param truth at least one box, in the same pixels
 */
export function scoreKnown(drawn: readonly ClassBox[], truth: readonly ClassBox[]): number {
  const classes = new Set(truth.map(({ className }) => className))
  return scoreBoxes(
    drawn.filter(({ className }) => classes.has(className)),
    truth,
  )
}
