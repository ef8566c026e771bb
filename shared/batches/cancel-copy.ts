import { AppError } from '../contracts/errors.ts'
import { type CopyProgress, findCopyRound, getCopyRound, readProgress } from '../copying/copy-progress.ts'
import { type CopyRound, skipDamaged } from '../copying/receipts.ts'
import { startCopyRound } from '../copying/start-copy.ts'
import { cancelRound } from '../platform/fan-out/complete-round.ts'
import { readEnd } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { toNamedJob } from './record/request.ts'
import type { BatchState } from './record/state.ts'
import { isLabeling, stopRun } from './record/stop-run.ts'
import { getBatch, getSelectedBatch } from './record/store.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'messages' | 'requestId' | 'now' | 'newId'>

/**
 * Cancels the copying of a batch, and its run at whatever step it is, unless its labeling job is being created already.
 * What is done stays; nothing more begins. Idempotent.
 * @returns the progress of the copy; `undefined` when only a run was stopped that had not begun to copy, or when the
 *   progress cannot be read
 * @throws AppError `not-found`; `wrong-state` when there is nothing left to cancel
 */
export async function cancelCopy(batch: string, ports: Needs): Promise<CopyProgress | undefined> {
  const { batchId } = (await getBatch(batch, ports)).value
  // The run goes first, so that it begins no other round.
  const state = await stopRun(batch, batchId, { evenLabeling: false }, ports)
  const isStopped = state?.batchId === batchId && state.run?.state === 'stopped'
  if (isStopped && state.state === 'selecting') return undefined
  const { selection, ...selected } = await getSelectedBatch(batch, ports)
  const ref = isStopped ? await roundToCancel(batch, state, ports) : await getCopyRound(batch, selected, ports)
  if (!ref) return undefined
  // A run at its labeling step waits for the copy to complete, which a cancelled copy never does.
  const isCancelled = await cancelRound(ref, ports)
  if (isCancelled) await stopRun(batch, batchId, { evenLabeling: true }, ports)
  const progress = await readOrCorrupt(readProgress(ref, selection, ports, skipDamaged))
  if (progress instanceof CorruptStateError) {
    const end = await readOrCorrupt(readEnd(ref, ports))
    const wasCancelled = end && !(end instanceof CorruptStateError) && end.value.state === 'cancelled'
    if (isCancelled || isStopped || wasCancelled) return undefined
    throw new AppError('wrong-state', explainTooLate(batch, selected))
  }
  if (progress.state === 'cancelled' || isStopped) return progress
  throw new AppError('wrong-state', explainTooLate(batch, selected, progress))
}

/** Returns the last round, or the one that the run was about to begin when it was stopped. */
async function roundToCancel(batch: string, state: BatchState, ports: Needs): Promise<CopyRound | undefined> {
  const last = await findCopyRound(batch, state, ports)
  const copying = state.run?.steps.find(({ step }) => step === 'copy')
  const hasBegun = copying?.state === 'stopped' && copying.startedAt !== undefined
  if (!hasBegun || (last?.round ?? 0) > (copying.after ?? 0)) return last
  // Its worker may be about to start the round. A worker that finds the round cancelled starts none.
  await startCopyRound(batch, ports, { lastKnownRound: last?.round ?? 0 })
  return findCopyRound(batch, state, ports)
}

function explainTooLate(batch: string, state: BatchState, progress?: CopyProgress): string {
  const job = isLabeling(state) ? toNamedJob(batch, state.request)?.job : undefined
  return job === undefined
    ? `Copying "${batch}" has ended already${progress ? `: it is ${progress.state}` : ''}.`
    : `The labeling job "${job}" of "${batch}" is being created. Stop it with POST /v1/labeling-jobs/${job}/stop.`
}
