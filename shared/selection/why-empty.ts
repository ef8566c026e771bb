import type { BatchState } from '../batches/record/state.ts'

/** Why a batch has no image. Pure. */
export const explainEmpty = ({
  classes,
  batchOffset,
}: Pick<BatchState['criteria'], 'classes' | 'batchOffset'>): string =>
  batchOffset > 0 && classes.some(({ available }) => available > 0)
    ? `no image is left at batchOffset ${batchOffset}, as the batches before it hold them all`
    : 'the dataset has no image for what was asked'
