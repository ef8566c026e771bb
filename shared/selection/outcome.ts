import type { BatchState } from '../batches/record/state.ts'
import type { BatchClass } from '../contracts/batch.ts'
import type { Flag } from '../contracts/flags.ts'
import type { Warning } from '../contracts/warning.ts'

/** Returns what was selected of each requested class. @param selected images of each, in request order. Pure. */
export const toBatchClasses = ({ criteria }: BatchState, selected: readonly number[]): BatchClass[] =>
  criteria.classes.map(({ className, classIds, available }, number) => {
    const requested = criteria.examplesPerClass
    const count = selected[number] ?? 0
    return { className, classIds, requested, selected: count, available, shortBy: requested - count }
  })

/** Returns the warnings of a selection: classes with too few images, flags that the file does not have. Pure. */
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
      message: `"${className}" has ${selected} of ${requested} images. The dataset has ${available} in total, and this is batch ${batchOffset}.`,
    }))
  const empty = { code: 'empty-batch', message: `The batch is empty: ${explainEmpty(criteria)}.` }
  const unknown = unknownFlags.map((flag) => ({
    code: 'unknown-flag',
    message: `The box file has no column for ${flag}, so no box was excluded by it.`,
  }))
  if (classes.some(({ selected }) => selected > 0)) return [...short, ...unknown]
  return [empty, ...short, ...unknown]
}

/** Returns why a batch has no image. Pure. */
export const explainEmpty = ({
  classes,
  batchOffset,
}: Pick<BatchState['criteria'], 'classes' | 'batchOffset'>): string =>
  batchOffset > 0 && classes.some(({ available }) => available > 0)
    ? `no image is left at batchOffset ${batchOffset}, because the batches before it hold them all`
    : 'the dataset has no image that matches the request'

/** Returns the warning that the index could not be used. Pure. */
export const indexNotUsedWarning = (reason: string): Warning => ({
  code: 'index-not-used',
  message: `The dataset's index cannot be used: ${reason}. The box file is scanned instead, with the same result. Import the dataset again to rebuild the index.`,
})
