import type { IndexUnusable } from '../box-index/index-unusable.ts'
import type { BoxIndex } from '../box-index/open-index.ts'
import { ReadBudgetSpent, type ReadCost } from '../bytes/counted.ts'
import { MAX_HEADER_BYTES } from '../open-images/header.ts'
import type { Ports } from '../ports.ts'
import { choose } from '../selection/choose.ts'
import { rowCost } from '../selection/image-rows.ts'
import { indexCandidates } from '../selection/index-candidates.ts'
import { type BatchOutlook, type BatchRequest, type BatchState, criteriaOf, type Warning } from './batch.ts'
import { byIndexOrScan } from './box-file.ts'
import { MOST_BYTES_IN_CALL, type PlannedBatch, planBatch, refuseOther } from './plan.ts'
import { indexNotUsed, selectedClasses, warningsOf } from './selected-classes.ts'
import { findBatch } from './store.ts'

/**
 * All checks of a batch, and what it would be, from the index and the counts alone: no row is read.
 * @throws AppError for everything that is wrong with the request; `conflict` when another has the name
 */
export async function outlookOfBatch(batch: string, request: BatchRequest, ports: Ports): Promise<BatchOutlook> {
  const found = await findBatch(batch, ports)
  if (found) refuseOther(batch, found.value, request)
  const planned = await planBatch(request, ports)
  const cost: ReadCost = { requests: 0, bytes: 0 }
  const reading = { cost, mostBytes: MOST_BYTES_IN_CALL }
  return byIndexOrScan(planned.state, reading, ports, async (index, unusable) =>
    index ? await outlookByIndex(planned, index, cost) : outlookByCounts(planned, unusable),
  )
}

/** The very choice, but that it cannot know which boxes have an excluded flag. @param cost of reading the index */
async function outlookByIndex(
  { state, background }: PlannedBatch,
  index: BoxIndex,
  cost: ReadCost,
): Promise<BatchOutlook> {
  const criteria = criteriaOf(state)
  try {
    const candidates = await indexCandidates(index, criteria)
    const { selectedPerClass, images } = choose(candidates, criteria)
    const rows = rowCost(images)
    const classes = selectedClasses(state, selectedPerClass)
    const flagged = criteria.excludeFlags.length > 0 ? [flagsNotRead] : []
    return {
      recipe: state.recipe,
      imageCount: images.length,
      classes,
      warnings: [...state.warnings, ...warningsOf(state, classes), ...flagged],
      cost: {
        strategy: 'index',
        // The box file is opened, its header is read, and then the rows.
        requests: cost.requests + 2 + rows.requests,
        bytes: cost.bytes + Math.min(MAX_HEADER_BYTES, state.annotations.bytes) + rows.bytes,
      },
      background,
    }
  } catch (error) {
    if (!(error instanceof ReadBudgetSpent)) throw error
    return { ...byCounts(state), cost: { strategy: 'index', ...cost }, background: true }
  }
}

const outlookByCounts = (
  { state, scanCost, background }: PlannedBatch,
  unusable: IndexUnusable | undefined,
): BatchOutlook => {
  const { warnings, ...counted } = byCounts(state)
  const notUsed = unusable ? [indexNotUsed(unusable.message)] : []
  const isMuch = scanCost.bytes > MOST_BYTES_IN_CALL
  return { ...counted, warnings: [...warnings, ...notUsed], cost: scanCost, background: background || isMuch }
}

const byCounts = (state: BatchState): Pick<BatchOutlook, 'recipe' | 'classes' | 'warnings'> => ({
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
  message: 'Flags stand in the rows, which are read when the batch is made: it may have fewer images, and cost more.',
}
