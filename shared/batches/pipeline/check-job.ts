import { AppError } from '../../contracts/errors.ts'
import { JobName } from '../../contracts/labeling-job.ts'
import { assertSameJob } from '../../labeling/jobs/create.ts'
import { estimateJob } from '../../labeling/jobs/estimate-job.ts'
import { type JobOutline, planJob } from '../../labeling/jobs/plan.ts'
import { isTaken } from '../../labeling/jobs/preview.ts'
import { findJob } from '../../labeling/jobs/store.ts'
import type { Ports } from '../../platform/ports.ts'
import { toManifestRequest } from '../same-request.ts'
import { plannedJob } from './planned-job.ts'
import { prefixIssues } from './prefix-issues.ts'
import type { RemainingRun } from './remaining-steps.ts'

/**
 * Does all checks of the labeling job of a run, as far as they can be done before its steps.
 * @returns its outlines; undefined where none is to come, or it is there already
 * @throws AppError with the code that creating it would have, its faults at their places in the batch's request
 */
export const checkJob = (batch: string, coming: RemainingRun, ports: Ports): Promise<JobOutline | undefined> =>
  prefixIssues(outlineJob(batch, coming, ports))

async function outlineJob(
  batch: string,
  { request, steps, ...coming }: RemainingRun,
  ports: Ports,
): Promise<JobOutline | undefined> {
  const wanted = steps.includes('label') ? plannedJob(batch, request) : undefined
  if (!wanted) return undefined
  if (!JobName.safeParse(wanted.job).success) {
    const message = `must be given: a labeling job cannot be called "${wanted.job}" as the batch is`
    throw new AppError('preflight-failed', message, [{ at: 'path.job', message }])
  }
  const found = await findJob(wanted.job, ports)
  if (found && (await isTaken(found.value, ports))) {
    await assertSameJob(wanted.job, found.value, wanted.request, ports)
    return undefined
  }
  // Where only this step is left, and where a job is continued, all that it will read is there.
  const isReady = steps.length === 1 || wanted.request.continueFrom !== undefined
  if (isReady) return planJob(wanted.job, wanted.request, ports)
  return estimateJob(wanted.job, wanted.request, { ...coming, manifest: toManifestRequest(request) }, ports)
}
