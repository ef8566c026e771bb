import { AppError } from '../../contracts/errors.ts'
import { isFinalStatus } from '../../contracts/labeler.ts'
import type { LabelingJobView, StoppedJob } from '../../contracts/labeling-job.ts'
import type { Ports } from '../../platform/ports.ts'
import { getJob, getOwnJob } from './get.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'labeler' | 'workteams' | 'now'>

/**
 * Stops a job permanently. Idempotent. What has been labeled stays in its output manifest, and another job can continue
 * with the rest.
 * @returns the job, and whether it has ended
 * @throws AppError `not-found`; `forbidden` for a job that was not created here; `wrong-state` while it is being created
 */
export async function stopJob(job: string, ports: Needs): Promise<{ hasEnded: boolean; stopped: StoppedJob }> {
  const state = await getOwnJob(job, ports)
  const before = await getJob(state.job, ports)
  if (before.status === 'Creating')
    throw new AppError(
      'wrong-state',
      before.warnings[0]?.message ?? `The labeling job "${state.job}" is being created; try again in some minutes.`,
    )
  const isRunning = before.status === 'Initializing' || before.status === 'InProgress'
  if (isRunning) await ports.labeler.stop(state.job)
  const view = isRunning ? await getJob(state.job, ports) : before
  return { hasEnded: isFinalStatus(view.status), stopped: { ...view, kept: describeKept(view) } }
}

function describeKept({ job, counters: { labeled, total }, outputManifestUri, status }: LabelingJobView): string {
  const where = outputManifestUri ?? 'its output manifest'
  const rest = `A job with "continueFrom": "${job}" can label the rest.`
  if (!isFinalStatus(status)) return `The labels so far, ${labeled} of ${total} objects, will be in ${where}. ${rest}`
  if (labeled === total) return `The job has ended: all ${total} objects are labeled, in ${where}.`
  if (labeled === 0) return `The job has ended, and nothing was labeled. ${rest}`
  return `The job has ended: ${labeled} of ${total} objects are labeled, in ${where}. ${rest}`
}
