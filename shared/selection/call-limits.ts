import { type BatchState, toCriteria } from '../batches/record/state.ts'
import type { ReadCost } from '../platform/storage/metered.ts'
import { estimateScanBytes } from './engine/estimate.ts'

/** What is read within one call, which is some seconds: what takes more is for a worker. */
export const MAX_READ_IN_CALL: Readonly<ReadCost> = { requests: 4000, bytes: 128 << 20 }
const MAX_IMAGES_IN_CALL = 2000
/** Candidates of the batch and those before it: looking a million up takes about two seconds. */
const MAX_CANDIDATES_IN_CALL = 2_000_000

/** Whether a scan reads more than a call should. Pure. */
export const isScanTooLarge = (state: BatchState): boolean =>
  estimateScanBytes(state.annotations.bytes, toCriteria(state), availableImages(state)) > MAX_READ_IN_CALL.bytes

/** Whether a worker is to choose the images, as far as can be told before the files are read. Pure. */
export function needsWorker(state: BatchState): boolean {
  const { criteria, index, request } = state
  const { examplesPerClass, batchOffset, classes } = criteria
  const isScan = !index || request.strategy === 'scan'
  const reached = examplesPerClass * (batchOffset + 1)
  const candidates = availableImages(state).reduce((sum, images) => sum + Math.min(images, reached), 0)
  return (
    examplesPerClass * classes.length > MAX_IMAGES_IN_CALL ||
    candidates > MAX_CANDIDATES_IN_CALL ||
    (isScan && isScanTooLarge(state))
  )
}

/** Images of each class in the dataset. */
export const availableImages = ({ criteria }: BatchState): number[] =>
  criteria.classes.map(({ available }) => available)
