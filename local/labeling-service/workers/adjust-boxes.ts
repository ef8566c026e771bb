import type { DrawNumber } from '../../seeded-random.ts'
import { jaccardIndex, type LabeledBox } from '../objects/boxes.ts'
import { drawBox, type WorkerView } from './draw-boxes.ts'
import type { WorkerErrorRates } from './error-rates.ts'

/** Jaccard index from which a worker leaves a box as it is. */
const MIN_GOOD_OVERLAP = 0.8
/** Jaccard index below which a worker considers a box to be around nothing. */
const MIN_SAME_OBJECT_OVERLAP = 0.3

/**
 * Simulates an adjustment: keeps good boxes, redraws poor ones, removes boxes around nothing and adds missing ones. Keeps
 * all boxes of an image without known boxes.
 */
export function adjustBoxes(view: WorkerView, errorRates: WorkerErrorRates, random: DrawNumber): readonly LabeledBox[] {
  const { truth, shown } = view
  if (!truth) return shown
  const left = new Set(truth)
  const kept = shown.flatMap((box) => {
    const known = [...left].toSorted((a, b) => jaccardIndex(b, box) - jaccardIndex(a, box))[0]
    const fit = known ? jaccardIndex(known, box) : 0
    if (!known || fit < MIN_SAME_OBJECT_OVERLAP) return []
    left.delete(known)
    return [fit >= MIN_GOOD_OVERLAP && known.label === box.label ? box : drawBox(known, view, errorRates, random)]
  })
  const added = [...left].flatMap((box) =>
    random() < errorRates.missedBoxes ? [] : [drawBox(box, view, errorRates, random)],
  )
  return [...kept, ...added]
}

/** Returns whether a worker would change nothing. */
export const allBoxesFit = ({ truth, shown }: WorkerView): boolean =>
  !truth ||
  (truth.length === shown.length &&
    shown.every((box) =>
      truth.some((known) => known.label === box.label && jaccardIndex(known, box) >= MIN_GOOD_OVERLAP),
    ))
