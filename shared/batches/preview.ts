import type { UnusableIndexError } from '../box-index/index-unusable.ts'
import type { BoxIndex } from '../box-index/open-index.ts'
import type { BatchRequest, SelectionCost } from '../contracts/batch.ts'
import type { BatchPreview } from '../contracts/batch-preview.ts'
import type { Warning } from '../contracts/warning.ts'
import { MAX_HEADER_BYTES } from '../open-images/header.ts'
import type { Ports } from '../platform/ports.ts'
import { ReadBudgetExceeded, type ReadCost } from '../platform/storage/metered.ts'
import { availableImages, isScanTooLarge, MAX_READ_IN_CALL } from '../selection/call-limits.ts'
import { chosenImages } from '../selection/engine/chosen-images.ts'
import { estimateCost } from '../selection/engine/estimate.ts'
import { fetchCost, rowCost } from '../selection/engine/image-rows.ts'
import { indexCandidates } from '../selection/engine/index-candidates.ts'
import { withIndexOrScan } from '../selection/index-or-scan.ts'
import type { PlannedBatch } from '../selection/plan.ts'
import { indexNotUsedWarning, toBatchClasses, toSelectionWarnings } from '../selection/selected-classes.ts'
import { extendRun } from './extend-run.ts'
import { assertRunnable, planRun } from './pipeline/plan-run.ts'
import { previewRun } from './pipeline/preview-run.ts'
import { type BatchState, type SelectionResult, toCriteria } from './record/state.ts'
import { findBatch } from './record/store.ts'
import { sameRequest } from './same-request.ts'

/**
 * All checks of a batch, and what it would be, from the index and the counts alone: no row is read.
 * @throws AppError for everything that is wrong with the request; `conflict` when another has the name
 */
export async function previewBatch(batch: string, request: BatchRequest, ports: Ports): Promise<BatchPreview> {
  const found = (await findBatch(batch, ports))?.value
  const said = found ? sameRequest(batch, found, request) : request
  if (found?.selection) return outlookOfChosen(batch, extendRun(found, said, ports.newId()), found.selection, ports)
  const planned = await planRun(batch, said, ports)
  const cost: ReadCost = { requests: 0, bytes: 0 }
  const reading = { cost, budget: MAX_READ_IN_CALL }
  const outlook = await withIndexOrScan(planned.state, reading, ports, async (index, unusable) =>
    index ? await previewByIndex(planned, index, cost) : previewByCounts(planned, unusable),
  )
  return { ...outlook, run: await previewRun(batch, planned.state, outlook.imageCount, ports) }
}

/** Its images stay as they are: what is told of them is what choosing them came to. */
async function outlookOfChosen(
  batch: string,
  state: BatchState,
  { imageCount, classes, cost, warnings }: SelectionResult,
  ports: Ports,
): Promise<BatchPreview> {
  await assertRunnable(batch, state, ports)
  const run = await previewRun(batch, state, imageCount, ports)
  const { recipe } = state
  const background = state.run?.state === 'running'
  return { recipe, imageCount, classes, cost, warnings: [...state.warnings, ...warnings], background, run }
}

/** What choosing the images would come to. */
type SelectionPreview = Omit<BatchPreview, 'run'>

/** The very choice; where boxes with a flag are left out, only about what finding it takes. @param cost of the index */
async function previewByIndex(
  { state, background }: PlannedBatch,
  index: BoxIndex,
  cost: ReadCost,
): Promise<SelectionPreview> {
  const criteria = toCriteria(state)
  try {
    const dealt = await indexCandidates(index, criteria)
    if (criteria.excludeFlags.length > 0) {
      const counted = byCounts(state)
      const rows = dealt.lists.map((list) => fetchCost(list))
      return {
        ...counted,
        warnings: [...counted.warnings, flagsNotRead],
        cost: costByIndex(state, [cost, ...rows]),
        background,
      }
    }
    const images = chosenImages(dealt, criteria)
    const selected = dealt.picks.map((positions) => positions.length)
    const classes = toBatchClasses(state, selected)
    return {
      recipe: state.recipe,
      imageCount: images.count,
      classes,
      warnings: [...state.warnings, ...toSelectionWarnings(state, classes)],
      cost: costByIndex(state, [cost, rowCost(images)]),
      background,
    }
  } catch (error) {
    if (!(error instanceof ReadBudgetExceeded)) throw error
    return { ...byCounts(state), cost: costByIndex(state, [cost]), background: true }
  }
}

/** What is read of the index and of rows, and the box file's opening and header. */
const costByIndex = ({ annotations }: BatchState, costs: readonly ReadCost[]): SelectionCost => ({
  strategy: 'index',
  requests: costs.reduce((sum, { requests }) => sum + requests, 2),
  bytes: costs.reduce((sum, { bytes }) => sum + bytes, Math.min(MAX_HEADER_BYTES, annotations.bytes)),
})

function previewByCounts(
  { state, background }: PlannedBatch,
  unusable: UnusableIndexError | undefined,
): SelectionPreview {
  const { warnings, ...counted } = byCounts(state)
  return {
    ...counted,
    warnings: [...warnings, ...(unusable ? [indexNotUsedWarning(unusable.message)] : [])],
    cost: scanCost(state),
    background: background || isScanTooLarge(state),
  }
}

/** About what a scan takes; opening the file is a request as well. */
function scanCost(state: BatchState): SelectionCost {
  const { requests, bytes } = estimateCost(state.annotations, toCriteria(state), availableImages(state))
  return { strategy: 'scan', requests: 1 + requests, bytes }
}

const byCounts = (state: BatchState): Pick<BatchPreview, 'recipe' | 'classes' | 'warnings'> => ({
  recipe: state.recipe,
  classes: state.criteria.classes.map((wanted) => ({ ...wanted, requested: state.criteria.examplesPerClass })),
  warnings: [...state.warnings, ...expectedShortages(state.criteria)],
})

/** Classes whose images cannot fill the batch even if no filter and no other class takes one. Pure. */
const expectedShortages = ({ classes, examplesPerClass, batchOffset }: BatchState['criteria']): Warning[] =>
  classes
    .filter(({ available }) => available < examplesPerClass * (batchOffset + 1))
    .map(({ className, available }) => ({
      code: 'short-class',
      message: `"${className}": the dataset has ${available} images; batches 0 to ${batchOffset} take ${examplesPerClass * (batchOffset + 1)}.`,
    }))

const flagsNotRead: Warning = {
  code: 'flags-not-read',
  message:
    'Flags stand in the rows, which are read when the batch is made: only then it is known which images it has, and it may cost more than is told here.',
}
