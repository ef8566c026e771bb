import * as z from 'zod'
import { AppError } from '../../contracts/errors.ts'
import type { EventType } from '../../contracts/event-type.ts'
import { type FinalStatus, isFinalStatus } from '../../contracts/labeler.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../../platform/ports.ts'
import { skipCorrupt } from '../../platform/state/corrupt-state.ts'
import { enqueueEvent, type PendingEvent, publishPending } from '../../platform/state/outbox.ts'
import { outputKey } from '../job-places.ts'
import type { EngineNeeds } from './engine-jobs.ts'
import { assertNotLost, findOwnJob } from './own-job.ts'
import type { JobEnd, LabelingJobState } from './state.ts'
import { findJob, jobRef, recordInBatch, updateJob } from './store.ts'
import { summarizeOutput } from './summarize-output.ts'
import { toCounters } from './view.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'messages' | 'metrics' | 'requestId'>

export const DETAIL_TYPE = 'SageMaker Ground Truth Labeling Job State Change'

/**
 * The event that EventBridge delivers when the state of a labeling job changes; documented for the three final states.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-monitor-cloud-watch.html
 */
export const JobStateChange = z.object({
  id: z.string(),
  source: z.literal('aws.sagemaker'),
  'detail-type': z.literal(DETAIL_TYPE),
  account: z.string(),
  region: z.string(),
  time: z.iso.datetime({ offset: true }),
  /** The ARN of the job, with its name in lower case. */
  resources: z.tuple([z.string()], z.string()),
  detail: z.object({ LabelingJobStatus: z.string() }),
})
export type JobStateChange = z.infer<typeof JobStateChange>

const EVENT_TYPES: Readonly<Record<FinalStatus, EventType>> = {
  Completed: 'labeling-job.completed',
  Failed: 'labeling-job.failed',
  Stopped: 'labeling-job.stopped',
}

/**
 * Records the end of a job that was created here, in the job and in its batch, and publishes its event. Other changes and
 * other jobs are ignored. Idempotent: after a crash, or when the change is delivered again, the event has the same id.
 * @throws AppError `upstream-failed` when the service itself reports another state; `corrupt-state` when the state of the
 *   job is lost or damaged, so that the change is delivered again
 */
export async function recordStateChange(change: JobStateChange, ports: Needs): Promise<void> {
  const status = change.detail.LabelingJobStatus
  const name = /:labeling-job\/([^/]+)$/.exec(change.resources[0])?.[1]
  const isHere = change.account === ports.config.account && change.region === ports.config.region
  const named = name !== undefined && isHere ? await findJob(name, ports) : undefined
  // A job of Groundwork's own engine may have the name of one that was not created here.
  const found = named?.value.request.engine === 'groundwork' ? undefined : named
  if (name !== undefined && isHere && isFinalStatus(status) && !named) {
    const live = await ports.labeler.describe(name)
    if (live) assertNotLost(live, ports)
  }
  if (!isFinalStatus(status) || !found) {
    ports.log.info('labeling_job.state_change_ignored', { job: name, status, isOurs: found !== undefined })
    return
  }
  await recordEnd(found.value, status, ports)
}

/**
 * Does the same for a job that has ended according to the service.
 * @returns the state of the job as it is afterwards
 */
export async function recordEndIfFinal(state: LabelingJobState, ports: Needs): Promise<LabelingJobState> {
  if (state.end && !isOutputMissing(state.end) && !state.pendingEvents) return state
  const live = await findOwnJob(state, ports)
  if (!live || !isFinalStatus(live.status)) return state
  return (await recordEnd(state, live.status, ports)) ?? state
}

/** Returns undefined when the service's job of that name was not created from this state. */
async function recordEnd(
  state: LabelingJobState,
  status: FinalStatus,
  ports: Needs,
): Promise<LabelingJobState | undefined> {
  const ended = state.end && !isOutputMissing(state.end) ? state : await writeEnd(state, status, ports)
  if (!ended?.end || !ended.pendingEvents) return ended
  const { job, batch, end } = ended
  // A batch that cannot be read keeps the event from nobody, and asks the service when it is deleted.
  await skipCorrupt(recordInBatch(ended, end.status, end.at, ports), ports)
  const published = await publishPending(jobRef(job).key, ended, (change) => updateJob(job, change, ports), ports)
  ports.log.info('labeling_job.ended', { job, batch, status: end.status, published: EVENT_TYPES[end.status] })
  return published
}

/**
 * Whether the results are still to be summarized: the service writes them some minutes after the end. A manifest with
 * fewer lines than the service has labeled objects is an earlier one, or damaged.
 */
const isOutputMissing = ({ counters, output }: Pick<JobEnd, 'counters' | 'output'>): boolean =>
  counters !== undefined && counters.labeled > (output?.lines ?? 0)

/** @throws AppError `upstream-failed` while the service itself reports another state, so that the change is delivered again */
async function writeEnd(
  state: LabelingJobState,
  status: FinalStatus,
  ports: Needs,
): Promise<LabelingJobState | undefined> {
  const live = await findOwnJob(state, ports)
  if (!live) return undefined
  if (!isFinalStatus(live.status))
    throw new AppError(
      'upstream-failed',
      `The labeling job "${state.job}" was reported as ${status}, but the service says ${live.status}.`,
    )
  const key = outputKey(state, live.outputManifestUri, ports)
  const found = await summarizeOutput(key, state.labelAttributeName, ports)
  const counters = toCounters(live.counters, state.lines - state.alreadyLabeled)
  const output = found && !isOutputMissing({ counters, output: found.summary }) ? found : undefined
  const end: JobEnd = {
    status: live.status,
    // The time of the change has whole seconds, so it may be before the creation of the job.
    at: live.updatedAt,
    failureReason: live.failureReason || undefined,
    counters,
    outputManifestUri: output && toS3Uri(key, ports),
    output: output?.summary,
    outputBytes: output?.bytes,
  }
  return await updateJob(state.job, (current) => withEnd(current, end, live.arn), ports)
}

/** Adds the end and its event. A recorded end stays as it is, except that a missing summary is added. Pure. */
function withEnd(
  { lease: _, ...state }: LabelingJobState,
  end: JobEnd,
  arn: string | undefined,
): LabelingJobState | undefined {
  // A state that only a newer version knows is kept.
  const created: LabelingJobState = { ...state, state: state.state === 'creating' ? 'created' : state.state, arn }
  if (!state.end) return enqueueEvent({ ...created, end }, endedEvent(state, end))
  if (!isOutputMissing(state.end) || !end.output) return undefined
  const { output, outputBytes, outputManifestUri } = end
  const complete = { ...state.end, output, outputBytes, outputManifestUri }
  const ended = endedEvent(state, complete)
  const pendingEvents = state.pendingEvents?.map((event) =>
    event.type === ended.type ? { ...event, ...ended } : event,
  )
  return { ...state, end: complete, ...(pendingEvents && { pendingEvents }) }
}

/** Returns the only event of a job. Pure. */
const endedEvent = ({ job, batch, omissions, createdAt }: LabelingJobState, end: JobEnd): PendingEvent => {
  const { at, outputBytes: _, ...ended } = end
  const { omittedCount, omittedByOutcome } = omissions ?? {}
  const data = { job, batch, ...ended, ...(omissions && { omittedCount, omittedByOutcome }) }
  return { type: EVENT_TYPES[end.status], dedupKey: createdAt, timestamp: at, data }
}
