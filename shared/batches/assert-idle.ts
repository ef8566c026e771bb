import type { BatchLabelingJob } from '../contracts/batch.ts'
import { AppError } from '../contracts/errors.ts'
import { isFinalStatus } from '../contracts/labeler.ts'
import type { LastCopy } from '../copying/copy-progress.ts'
import { describeJob, type EngineNeeds } from '../labeling/jobs/engine-jobs.ts'
import { isAhead } from '../platform/state/time-limit.ts'
import { type BatchState, MAX_CREATING_MILLISECONDS } from './record/state.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds

/** @throws AppError `wrong-state` while the images of the batch are being chosen. Pure. */
export function assertSelected(batch: string, { state }: BatchState): void {
  if (state === 'selecting')
    throw new AppError(
      'wrong-state',
      `The images of "${batch}" are being chosen; wait until that ends. If it was interrupted, repeat PUT /v1/batches/${batch} to resume.`,
    )
}

/**
 * @param state of a batch whose images are chosen
 * @param copy its latest round of copying
 * @throws AppError `wrong-state` when something works on the batch, saying how to stop it
 */
export async function assertIdle(batch: string, state: BatchState, copy: LastCopy, ports: Needs): Promise<void> {
  // Some objects may be gone already, the end of its last round among them. Nothing else works on the batch.
  if (state.state === 'deleting') return
  // A round whose end cannot be read has ended.
  if ((await copy.round) && !(await copy.end))
    throw new AppError(
      'wrong-state',
      `"${batch}" is being copied. Cancel that first with DELETE /v1/batches/${batch}/copy.`,
    )
  for (const one of state.labelingJobs ?? []) {
    const { job, status } = one
    if (isFinalStatus(status)) continue
    const live = await readRunningStatus(one, ports)
    if (live === undefined) continue
    const how =
      live === 'Stopping'
        ? `The labeling job "${job}" on "${batch}" is being stopped. Try again once it has ended.`
        : `The labeling job "${job}" is running on "${batch}". Stop it first with POST /v1/labeling-jobs/${job}/stop.`
    throw new AppError('wrong-state', how)
  }
}

/** Asks the engine of a job, as the status in the batch may be outdated. Undefined for a job that has ended. */
async function readRunningStatus({ job, engine, since }: BatchLabelingJob, ports: Needs): Promise<string | undefined> {
  const live = await describeJob(engine, job, ports)
  if (live) return isFinalStatus(live.status) ? undefined : live.status
  // The job is being created, or is so new that SageMaker does not list it yet.
  const until = Date.parse(since) + MAX_CREATING_MILLISECONDS
  return isAhead(until, MAX_CREATING_MILLISECONDS, ports.now()) ? 'Creating' : undefined
}
