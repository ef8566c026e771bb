import { AppError } from '../../contracts/errors.ts'
import { isFinalStatus } from '../../contracts/labeler.ts'
import type { LabelingJobView, StoppedJob } from '../../contracts/labeling-job.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { describeJob, type EngineNeeds, stopAtEngine } from './engine-jobs.ts'
import { getJob, getOwnJob } from './get.ts'
import { parseOwnBatch } from './own-job.ts'
import { toJobView } from './view.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'messages' | 'requestId' | 'workteams'>

/**
 * Stops a job permanently. Idempotent. What has been labeled stays in its output manifest, and another job can continue
 * with the rest. A job whose state cannot be read is stopped as well, if an engine has it: all that it takes is its name.
 * @returns the job, and whether it has ended
 * @throws AppError `not-found`; `forbidden` for a job that was not created here; `wrong-state` while it is being created;
 *   `corrupt-state` when neither the state nor an engine says that the job was created here
 */
export async function stopJob(job: string, ports: Needs): Promise<{ hasEnded: boolean; stopped: StoppedJob }> {
  const state = await readOrCorrupt(getOwnJob(job, ports))
  if (state instanceof CorruptStateError) return await stop(job, () => getUnreadable(job, state, ports), ports)
  return await stop(state.job, () => getJob(state.job, ports), ports)
}

/** @param view returns the job as it is now */
async function stop(
  job: string,
  view: () => Promise<LabelingJobView>,
  ports: EngineNeeds & Pick<Ports, 'messages' | 'requestId'>,
): Promise<{ hasEnded: boolean; stopped: StoppedJob }> {
  const before = await view()
  if (before.status === 'Creating')
    throw new AppError(
      'wrong-state',
      before.warnings[0]?.message ?? `The labeling job "${job}" is being created; try again in some minutes.`,
    )
  const isRunning = before.status === 'Initializing' || before.status === 'InProgress'
  if (isRunning) await stopAtEngine(before.engine, job, ports)
  const after = isRunning ? await view() : before
  return { hasEnded: isFinalStatus(after.status), stopped: { ...after, kept: describeKept(after) } }
}

/** Returns what its engine knows of a job whose state cannot be read. @throws CorruptStateError for a job of others */
async function getUnreadable(
  job: string,
  error: CorruptStateError,
  ports: EngineNeeds & Pick<Ports, 'config'>,
): Promise<LabelingJobView> {
  const own = await describeJob('groundwork', job, ports)
  const live = own ?? (await describeJob('sagemaker', job, ports))
  if (!live || parseOwnBatch(live, ports) === undefined) throw error
  const view = toJobView({ state: undefined, live }, ports)
  return own ? { ...view, engine: 'groundwork' } : view
}

function describeKept({ job, counters: { labeled, total }, outputManifestUri, status }: LabelingJobView): string {
  const where = outputManifestUri ?? 'its output manifest'
  const rest = `A job with "continueFrom": "${job}" can label the rest.`
  if (!isFinalStatus(status)) return `The labels so far, ${labeled} of ${total} objects, will be in ${where}. ${rest}`
  if (labeled === total) return `The job has ended: all ${total} objects are labeled, in ${where}.`
  if (labeled === 0) return `The job has ended, and nothing was labeled. ${rest}`
  return `The job has ended: ${labeled} of ${total} objects are labeled, in ${where}. ${rest}`
}
