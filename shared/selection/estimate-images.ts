import { type BatchState, toCriteria } from '../batches/record/state.ts'
import type { Criteria } from '../contracts/criteria.ts'
import type { Ports } from '../platform/ports.ts'
import { ReadBudgetExceeded } from '../platform/storage/metered.ts'
import { availableImages, MAX_READ_IN_CALL } from './call-limits.ts'
import { chosenImages } from './engine/chosen-images.ts'
import { maxCandidates } from './engine/deal.ts'
import { maxImages } from './engine/estimate.ts'
import { indexCandidates } from './engine/index-candidates.ts'
import { withIndexOrScan } from './index-or-scan.ts'

/**
 * Images that a planned batch will have at most; 0 where it will be empty. Where the counts of its classes leave that
 * open, the index is asked, as long as that is little to read and no flag is left out: flags stand in the rows.
 */
export async function estimateImages(state: BatchState, ports: Ports): Promise<number> {
  const criteria = toCriteria(state)
  const available = availableImages(state)
  const most = maxImages(criteria, available)
  if (most === 0 || criteria.excludeFlags.length > 0 || isNeverEmpty(criteria, available)) return most
  const reading = { cost: { requests: 0, bytes: 0 }, budget: MAX_READ_IN_CALL }
  try {
    return await withIndexOrScan(state, reading, ports, async (index) =>
      index ? chosenImages(await indexCandidates(index, criteria), criteria).count : most,
    )
  } catch (error) {
    if (error instanceof ReadBudgetExceeded) return most
    throw error
  }
}

/** Whether a class has more images than are skipped, and than the batches before can take of it. Pure. */
function isNeverEmpty(criteria: Criteria, available: readonly number[]): boolean {
  const { classes, skipImages, batchOffset } = criteria
  const takenBefore = maxCandidates(classes.length, { ...criteria, batchOffset: batchOffset - 1 })
  return available.some((images) => images > skipImages.length + takenBefore)
}
