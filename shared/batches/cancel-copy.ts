import { AppError } from '../contracts/errors.ts'
import {
  type CopyProgress,
  type CopyRound,
  findCopyRound,
  getCopyRound,
  readProgress,
} from '../copying/copy-progress.ts'
import { startCopy } from '../copying/start-copy.ts'
import { cancelRound } from '../platform/fan-out/complete.ts'
import type { Ports } from '../platform/ports.ts'
import type { BatchState } from './record/state.ts'
import { isLabeling, stopRun } from './record/stop-run.ts'
import { getBatch, getSelectedBatch } from './record/store.ts'
import { toNamedJob } from './same-request.ts'

/**
 * Cancels the round that runs, and the run, whichever step it is at, until its labeling job is being started: what is
 * done stays, nothing more is begun. Safe to repeat.
 * @returns how far the copying is; undefined where only a run is stopped that has copied nothing
 * @throws AppError `not-found`; `wrong-state` when there is nothing to cancel any more
 */
export async function cancelCopy(batch: string, ports: Ports): Promise<CopyProgress | undefined> {
  const { batchId } = (await getBatch(batch, ports)).value
  // First the run, so that it begins no other round.
  const state = await stopRun(batch, batchId, { evenLabeling: false }, ports)
  const isStopped = state?.batchId === batchId && state.run?.state === 'stopped'
  if (isStopped && state.state === 'selecting') return undefined
  const { selection, ...selected } = await getSelectedBatch(batch, ports)
  const ref = isStopped ? await roundToCancel(batch, state, ports) : await getCopyRound(batch, selected, ports)
  if (!ref) return undefined
  // A run that is to label waits for whoever copies meanwhile: it would wait for ever.
  if (await cancelRound(ref, ports)) await stopRun(batch, batchId, { evenLabeling: true }, ports)
  const progress = await readProgress(ref, selection.imageCount, ports)
  if (progress.state === 'cancelled' || isStopped) return progress
  throw new AppError('wrong-state', tooLate(batch, selected, progress))
}

/** The last round; the one that the run was about to begin as it was stopped, if it was. */
async function roundToCancel(batch: string, state: BatchState, ports: Ports): Promise<CopyRound | undefined> {
  const last = await findCopyRound(batch, state, ports)
  const copying = state.run?.steps.find(({ step }) => step === 'copy')
  const isBegun = copying?.state === 'stopped' && copying.startedAt !== undefined
  if (!isBegun || (last?.round ?? 0) > (copying.after ?? 0)) return last
  // Its worker may be right before that: who finds the round there, and over, begins none.
  await startCopy(batch, ports, last?.round ?? 0)
  return findCopyRound(batch, state, ports)
}

function tooLate(batch: string, state: BatchState, { state: copied }: CopyProgress): string {
  const job = isLabeling(state) ? toNamedJob(batch, state.request)?.job : undefined
  return job === undefined
    ? `The copying of "${batch}" has ended already: it is ${copied}.`
    : `The labeling job "${job}" of "${batch}" is being started; POST /v1/labeling-jobs/${job}/stop stops it.`
}
