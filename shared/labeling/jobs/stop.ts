import { AppError } from '../../contracts/errors.ts'
import { isFinalStatus } from '../../contracts/labeler.ts'
import type { LabelingJobView, StoppedJob } from '../../contracts/labeling-job.ts'
import type { Ports } from '../../platform/ports.ts'
import { getJob, getOwnJob } from './get.ts'

/**
 * Stops a job for good; safe to repeat. What was labeled until then is kept in its output manifest, and a job that
 * continues it labels the rest.
 * @returns the job as it stands, and whether it has ended
 * @throws AppError `not-found`; `forbidden` for a job that was made elsewhere; `wrong-state` while it is being created
 */
export async function stopJob(job: string, ports: Ports): Promise<{ over: boolean; stopped: StoppedJob }> {
  const state = await getOwnJob(job, ports)
  const before = await getJob(state.job, ports)
  if (before.status === 'Creating')
    throw new AppError(
      'wrong-state',
      before.warnings[0]?.message ?? `"${state.job}" is being created; try again in some minutes.`,
    )
  const isRunning = before.status === 'Initializing' || before.status === 'InProgress'
  if (isRunning) await ports.labeler.stop(state.job)
  const view = isRunning ? await getJob(state.job, ports) : before
  return { over: isFinalStatus(view.status), stopped: { ...view, kept: keptOf(view) } }
}

function keptOf({ job, counters: { labeled, total }, outputManifestUri, status }: LabelingJobView): string {
  const where = outputManifestUri === undefined ? 'its output manifest' : outputManifestUri
  const rest = `A job with "continueFrom": "${job}" labels the rest.`
  if (!isFinalStatus(status))
    return `What is labeled, ${labeled} of ${total} objects so far, will be in ${where}. ${rest}`
  if (labeled === total) return `It had ended: all ${total} objects are labeled, in ${where}.`
  if (labeled === 0) return `It has ended, and nothing was labeled. ${rest}`
  return `It has ended: ${labeled} of ${total} objects are labeled, in ${where}. ${rest}`
}
