import type { BatchView } from '../contracts/batch.ts'
import { findCopyRound, isComplete, readTotals } from '../copying/copy-progress.ts'
import { retryAfterSeconds } from '../copying/plan-copies.ts'
import { readEnd } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import type { BatchState } from './record/state.ts'
import { batchFolder, toS3Uri } from './record/store.ts'
import { toRunView } from './view-run.ts'

/** A batch as the API shows it. */
export async function toBatchView(batch: string, state: BatchState, ports: Ports): Promise<BatchView> {
  const { selection, request, problem } = state
  return {
    batch,
    state: await stateOf(batch, state, ports),
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

/** Whether it goes on by itself: its images are chosen to the end even where its run is stopped. Pure. */
export const isInBackground = ({ state, run }: BatchView): boolean => state === 'selecting' || run.state === 'running'

/** How many seconds to wait before looking at a batch again that goes on by itself. Pure. */
export const batchRetryAfterSeconds = ({ imageCount = 0 }: BatchView): number => retryAfterSeconds(imageCount)

/** What the copying has come to decides, once the images are chosen; it is kept with the rounds only. */
async function stateOf(batch: string, state: BatchState, ports: Ports): Promise<BatchView['state']> {
  if (state.state !== 'selected' || !state.selection) return state.state
  const ref = await findCopyRound(batch, state, ports)
  if (!ref) return 'selected'
  const end = await readEnd(ref, ports)
  if (!end) return 'copying'
  return isComplete(await readTotals(ref, end.value, ports), state.selection.imageCount) ? 'copied' : 'incomplete'
}
