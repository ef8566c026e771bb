import type { Random } from '../../seeded-random.ts'
import { type LabeledBox, overlap } from '../work/boxes.ts'
import { drawBox, type View } from './draw-boxes.ts'
import type { WorkerShares } from './shares.ts'

/** A box that lies so well is left alone. */
const GOOD = 0.8
/** A box that lies so badly is taken for one around nothing. */
const BAD = 0.3

/**
 * The shown boxes as a worker leaves them: good ones as they are, poor ones drawn anew, those around nothing taken
 * away, what was forgotten added. Of an image of which nothing is known all are good.
 */
export function adjustBoxes(view: View, shares: WorkerShares, random: Random): readonly LabeledBox[] {
  const { truth, shown } = view
  if (!truth) return shown
  const left = new Set(truth)
  const kept = shown.flatMap((box) => {
    const known = [...left].toSorted((one, other) => overlap(other, box) - overlap(one, box))[0]
    const fit = known ? overlap(known, box) : 0
    if (!known || fit < BAD) return []
    left.delete(known)
    return [fit >= GOOD && known.label === box.label ? box : drawBox(known, view, shares, random)]
  })
  const added = [...left].flatMap((box) => (random() < shares.missedBoxes ? [] : [drawBox(box, view, shares, random)]))
  return [...kept, ...added]
}

/** Whether a worker would leave everything as it is. */
export const allFit = ({ truth, shown }: View): boolean =>
  !truth ||
  (truth.length === shown.length &&
    shown.every((box) => truth.some((known) => known.label === box.label && overlap(known, box) >= GOOD)))
