import type { BatchState } from '../batches/record/state.ts'
import type { BatchClass } from '../contracts/batch.ts'
import type { Flag } from '../contracts/flags.ts'
import type { Warning } from '../contracts/warning.ts'
import { explainEmpty } from './why-empty.ts'

/** What of each requested class was selected. @param selected images of each, in request order */
export const toBatchClasses = ({ criteria }: BatchState, selected: readonly number[]): BatchClass[] =>
  criteria.classes.map(({ className, classIds, available }, number) => {
    const requested = criteria.examplesPerClass
    const count = selected[number] ?? 0
    return { className, classIds, requested, selected: count, available, shortBy: requested - count }
  })

/** What the caller should know of a choice: classes with too few images, flags that the file does not have. Pure. */
export function toSelectionWarnings(
  { criteria }: BatchState,
  classes: readonly BatchClass[],
  unknownFlags: readonly Flag[] = [],
): Warning[] {
  const { batchOffset } = criteria
  const short = classes
    .filter(({ shortBy }) => shortBy > 0)
    .map(({ className, selected, requested, available }) => ({
      code: 'short-class',
      message: `"${className}": ${selected} of ${requested} images; the dataset has ${available} in all, and this is batch ${batchOffset}.`,
    }))
  const empty = { code: 'empty-batch', message: `The batch is empty: ${explainEmpty(criteria)}.` }
  const unknown = unknownFlags.map((flag) => ({
    code: 'unknown-flag',
    message: `The file does not say ${flag}: it is unknown for every box, and none was left out for it.`,
  }))
  if (classes.some(({ selected }) => selected > 0)) return [...short, ...unknown]
  return [empty, ...short, ...unknown]
}

/** That a scan is needed. */
export const indexNotUsedWarning = (reason: string): Warning => ({
  code: 'index-not-used',
  message: `The dataset's index cannot be used: ${reason}. The box file is scanned instead, with the same answer; importing the dataset again makes a new index.`,
})
