import { type BatchState, criteriaOf } from '../batches/record/state.ts'
import type { ReadCost } from '../platform/storage/metered.ts'
import { expectedScanBytes } from './engine/estimate.ts'

/** What is read within one call, which is some seconds: what takes more is for a worker. */
export const MOST_IN_CALL: Readonly<ReadCost> = { requests: 4000, bytes: 128 << 20 }
const MOST_IMAGES_IN_CALL = 2000
/** Candidates of the batch and those before it: looking a million up takes about two seconds. */
const MOST_CANDIDATES_IN_CALL = 2_000_000

/** Whether a scan reads more than a call should. Pure. */
export const isMuchToScan = (state: BatchState): boolean =>
  expectedScanBytes(state.annotations.bytes, criteriaOf(state), availableOf(state)) > MOST_IN_CALL.bytes

/** Whether a worker is to choose the images, as far as can be told before the files are read. Pure. */
export function isForWorker(state: BatchState): boolean {
  const { criteria, index, request } = state
  const { examplesPerClass, batchOffset, classes } = criteria
  const isScan = !index || request.strategy === 'scan'
  const reached = examplesPerClass * (batchOffset + 1)
  const candidates = availableOf(state).reduce((sum, images) => sum + Math.min(images, reached), 0)
  return (
    examplesPerClass * classes.length > MOST_IMAGES_IN_CALL ||
    candidates > MOST_CANDIDATES_IN_CALL ||
    (isScan && isMuchToScan(state))
  )
}

/** Images of each class in the dataset. */
export const availableOf = ({ criteria }: BatchState): number[] => criteria.classes.map(({ available }) => available)
