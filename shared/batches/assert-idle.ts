import { AppError } from '../contracts/errors.ts'
import { isFinalStatus } from '../contracts/labeler.ts'
import type { LastCopy } from '../copying/copy-progress.ts'
import type { Ports } from '../platform/ports.ts'
import { isAhead } from '../platform/state/time-limit.ts'
import { type BatchState, MAX_CREATING_MILLISECONDS } from './record/state.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'labeler' | 'now'>

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
  for (const { job, status, since } of state.labelingJobs ?? []) {
    if (isFinalStatus(status) || !(await isJobRunning(job, since, ports))) continue
    throw new AppError(
      'wrong-state',
      `The labeling job "${job}" is running on "${batch}". Stop it first with POST /v1/labeling-jobs/${job}/stop.`,
    )
  }
}

/** Asks the labeling service, as the status in the batch may be outdated. */
async function isJobRunning(
  job: string,
  since: string,
  { labeler, now }: Pick<Ports, 'labeler' | 'now'>,
): Promise<boolean> {
  const live = await labeler.describe(job)
  // The job is being created, or is so new that the service does not list it yet.
  if (!live) return isAhead(Date.parse(since) + MAX_CREATING_MILLISECONDS, MAX_CREATING_MILLISECONDS, now())
  return !isFinalStatus(live.status)
}
