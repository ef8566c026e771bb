import * as z from 'zod'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import type { ResultLine } from '../result/shard-result.ts'
import { compareWithBoxes } from './compare-boxes.ts'

/** How the lines of a manifest differ from those of the job. All of it can be added up. */
export const LineChanges = storedObject({
  changedLines: z.int(),
  /** Boxes, as `BoxChanges` has them. */
  same: z.int(),
  moved: z.int(),
  otherClass: z.int(),
  added: z.int(),
  removed: z.int(),
  overlap: z.number(),
  changedVerdicts: z.int(),
})
export type LineChanges = z.infer<typeof LineChanges>

/** A line as it is compared. */
export type ComparedLine = Pick<ResultLine, 'outcome' | 'label'>

/** Compares a line with that of the job. What has no label has no boxes. Pure. */
export function compareLines(job: ComparedLine, again: ComparedLine): LineChanges {
  const boxes = compareWithBoxes(job.label?.boxes ?? [], again.label?.boxes ?? [])
  const isOtherVerdict =
    job.label !== undefined && again.label !== undefined && job.label.verdict !== again.label.verdict
  const areOtherBoxes = boxes.moved + boxes.otherClass + boxes.added + boxes.removed > 0
  const isChanged = job.outcome !== again.outcome || areOtherBoxes || isOtherVerdict
  return { ...boxes, changedLines: Number(isChanged), changedVerdicts: Number(isOtherVerdict) }
}

const NO_CHANGES: LineChanges = {
  changedLines: 0,
  same: 0,
  moved: 0,
  otherClass: 0,
  added: 0,
  removed: 0,
  overlap: 0,
  changedVerdicts: 0,
}

/** Adds up how lines differ. Pure. @param parts in a stable order, as sums of floats depend on it */
export const addChanges = (parts: readonly LineChanges[]): LineChanges =>
  parts.reduce(
    (total, part) => ({
      changedLines: total.changedLines + part.changedLines,
      same: total.same + part.same,
      moved: total.moved + part.moved,
      otherClass: total.otherClass + part.otherClass,
      added: total.added + part.added,
      removed: total.removed + part.removed,
      overlap: total.overlap + part.overlap,
      changedVerdicts: total.changedVerdicts + part.changedVerdicts,
    }),
    NO_CHANGES,
  )
