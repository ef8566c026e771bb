import { type BatchState, toCriteria } from '../batches/record/state.ts'
import type { BoxIndex } from '../box-index/open-index.ts'
import type { UnusableIndexError } from '../box-index/unusable-index-error.ts'
import type { SelectionCost } from '../contracts/batch.ts'
import type { BatchPreview } from '../contracts/batch-preview.ts'
import type { Warning } from '../contracts/warning.ts'
import { MAX_HEADER_BYTES } from '../open-images/header.ts'
import type { Ports } from '../platform/ports.ts'
import { ReadBudgetExceeded, type ReadCost } from '../platform/storage/metered.ts'
import { availableImages, isScanTooLarge, MAX_READ_IN_CALL, withIndexOrScan } from './box-files.ts'
import { toChosenImages } from './engine/chosen-images.ts'
import { estimateCost } from './engine/estimate.ts'
import { computeRowCost, estimateFetchCost } from './engine/image-rows.ts'
import { indexCandidates } from './engine/index-candidates.ts'
import { indexNotUsedWarning, toBatchClasses, toSelectionWarnings } from './outcome.ts'
import type { PlannedBatch } from './plan.ts'

/** What choosing a batch's images would result in. */
export type SelectionPreview = Omit<BatchPreview, 'run'>

/**
 * Previews a selection from the index and the class counts alone: no row is read, nothing is written.
 * @throws AppError `bad-source` when the request asks for an index that cannot be used
 */
export async function previewSelection(planned: PlannedBatch, ports: Pick<Ports, 'files'>): Promise<SelectionPreview> {
  const cost: ReadCost = { requests: 0, bytes: 0 }
  const reading = { cost, budget: MAX_READ_IN_CALL }
  return withIndexOrScan(planned.state, reading, ports, async (index, unusable) =>
    index ? await previewByIndex(planned, index, cost) : previewByCounts(planned, unusable),
  )
}

/** Exact, but where boxes are excluded by flags: then only the cost is estimated. @param cost of reading the index */
async function previewByIndex(
  { state, background }: PlannedBatch,
  index: BoxIndex,
  cost: ReadCost,
): Promise<SelectionPreview> {
  const criteria = toCriteria(state)
  try {
    const dealt = await indexCandidates(index, criteria)
    if (criteria.excludeFlags.length > 0) {
      const estimate = estimateByCounts(state)
      const rows = dealt.lists.map((list) => estimateFetchCost(list))
      return {
        ...estimate,
        warnings: [...estimate.warnings, FLAGS_NOT_READ],
        cost: toIndexCost(state, [cost, ...rows]),
        background,
      }
    }
    const images = toChosenImages(dealt, criteria)
    const selected = dealt.picks.map((positions) => positions.length)
    const classes = toBatchClasses(state, selected)
    return {
      recipe: state.recipe,
      imageCount: images.count,
      classes,
      warnings: [...state.warnings, ...toSelectionWarnings(state, classes)],
      cost: toIndexCost(state, [cost, computeRowCost(images)]),
      background,
    }
  } catch (error) {
    if (!(error instanceof ReadBudgetExceeded)) throw error
    return { ...estimateByCounts(state), cost: toIndexCost(state, [cost]), background: true }
  }
}

/** Returns the cost of reading the index and rows, and of opening the box file and reading its header. */
const toIndexCost = ({ annotations }: BatchState, costs: readonly ReadCost[]): SelectionCost => ({
  strategy: 'index',
  requests: costs.reduce((sum, { requests }) => sum + requests, 2),
  bytes: costs.reduce((sum, { bytes }) => sum + bytes, Math.min(MAX_HEADER_BYTES, annotations.bytes)),
})

function previewByCounts(
  { state, background }: PlannedBatch,
  unusable: UnusableIndexError | undefined,
): SelectionPreview {
  const { warnings, ...estimate } = estimateByCounts(state)
  return {
    ...estimate,
    warnings: [...warnings, ...(unusable ? [indexNotUsedWarning(unusable.message)] : [])],
    cost: toScanCost(state),
    background: background || isScanTooLarge(state),
  }
}

/** Returns about what a scan costs; opening the file is a request as well. */
function toScanCost(state: BatchState): SelectionCost {
  const { requests, bytes } = estimateCost(state.annotations, toCriteria(state), availableImages(state))
  return { strategy: 'scan', requests: 1 + requests, bytes }
}

const estimateByCounts = (state: BatchState): Pick<BatchPreview, 'recipe' | 'classes' | 'warnings'> => ({
  recipe: state.recipe,
  classes: state.criteria.classes.map((wanted) => ({ ...wanted, requested: state.criteria.examplesPerClass })),
  warnings: [...state.warnings, ...expectedShortages(state.criteria)],
})

/** Returns the classes that cannot fill the batch even if no filter and no other class takes an image. Pure. */
const expectedShortages = ({ classes, examplesPerClass, batchOffset }: BatchState['criteria']): Warning[] =>
  classes
    .filter(({ available }) => available < examplesPerClass * (batchOffset + 1))
    .map(({ className, available }) => ({
      code: 'short-class',
      message: `"${className}" has ${available} images in the dataset. Batches 0 to ${batchOffset} take ${examplesPerClass * (batchOffset + 1)}.`,
    }))

const FLAGS_NOT_READ: Warning = {
  code: 'flags-not-read',
  message:
    'Flags are in the rows of the box file, which are read when the batch is created. Until then its images are not known, and it may cost more than the preview says.',
}
