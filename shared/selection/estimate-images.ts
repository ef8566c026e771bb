import { type BatchState, toCriteria } from '../batches/record/state.ts'
import type { Criteria } from '../contracts/criteria.ts'
import type { Ports } from '../platform/ports.ts'
import { ReadBudgetExceeded } from '../platform/storage/metered.ts'
import { availableImages, MAX_READ_IN_CALL, withIndexOrScan } from './box-files.ts'
import { toChosenImages } from './engine/chosen-images.ts'
import { maxCandidates } from './engine/deal.ts'
import { maxImages } from './engine/estimate.ts'
import { indexCandidates } from './engine/index-candidates.ts'

/**
 * Returns how many images a planned batch will have at most, and 0 if it will be empty. Reads the index when the counts
 * of its classes do not decide that, unless boxes are excluded by flags, which only the rows have.
 */
export async function estimateImages(state: BatchState, ports: Pick<Ports, 'files'>): Promise<number> {
  const criteria = toCriteria(state)
  const available = availableImages(state)
  const max = maxImages(criteria, available)
  if (max === 0 || criteria.excludeFlags.length > 0 || isNeverEmpty(criteria, available)) return max
  const reading = { cost: { requests: 0, bytes: 0 }, budget: MAX_READ_IN_CALL }
  try {
    return await withIndexOrScan(state, reading, ports, async (index) =>
      index ? toChosenImages(await indexCandidates(index, criteria), criteria).count : max,
    )
  } catch (error) {
    if (error instanceof ReadBudgetExceeded) return max
    throw error
  }
}

/** Whether a class has more images than are skipped and than earlier batches can take. Pure. */
function isNeverEmpty(criteria: Criteria, available: readonly number[]): boolean {
  const { classes, skipImages, batchOffset } = criteria
  const takenBefore = maxCandidates(classes.length, { ...criteria, batchOffset: batchOffset - 1 })
  return available.some((images) => images > skipImages.length + takenBefore)
}
