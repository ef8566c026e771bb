import type { BatchView } from '../contracts/batch.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import { batchStatus } from '../copying/batch-status.ts'
import { retryAfterSeconds } from '../copying/retry-after.ts'
import type { Ports } from '../platform/ports.ts'
import type { BatchState } from './record/state.ts'
import { batchFolder } from './record/store.ts'
import { toRunView } from './view-run.ts'

/**
 * Returns a batch as the API shows it. Reads the end of its last copy.
 * @param isNew whether this call has created it: then nothing was copied yet, and nothing is read
 */
export async function toBatchView(
  batch: string,
  state: BatchState,
  ports: Pick<Ports, 'config' | 'objects'>,
  { isNew = false }: { readonly isNew?: boolean } = {},
): Promise<BatchView> {
  const { selection, request, problem } = state
  return {
    batch,
    state: isNew ? state.state : await batchStatus(batch, state, ports),
    dataset: request.dataset,
    recipe: state.recipe,
    ...(selection && {
      imageCount: selection.imageCount,
      boxCount: selection.boxCount,
      classes: selection.classes,
      cost: selection.cost,
    }),
    warnings: [...state.warnings, ...(selection?.warnings ?? [])],
    location: toS3Uri(batchFolder(batch, ports), ports),
    request,
    ...(problem && { problem }),
    labelingJobs: state.labelingJobs ?? [],
    createdAt: state.createdAt,
    run: toRunView(batch, state, ports),
  }
}

/** Whether a worker goes on with the batch: its images are chosen to the end even when its run is stopped. Pure. */
export const isInBackground = ({ state, run }: BatchView): boolean => state === 'selecting' || run.state === 'running'

/** Returns the `Retry-After` of a batch that a worker goes on with, in seconds. Pure. */
export const batchRetryAfterSeconds = ({ imageCount = 0 }: BatchView): number => retryAfterSeconds(imageCount)
