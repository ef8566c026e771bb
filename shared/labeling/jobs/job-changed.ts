import * as z from 'zod'
import { toS3Uri } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { EventType } from '../../contracts/event-type.ts'
import { type FinalStatus, isFinalStatus } from '../../contracts/labeler.ts'
import type { Ports } from '../../platform/ports.ts'
import { publishEvent } from '../../platform/state/domain-event.ts'
import { outputKey } from './job-files.ts'
import { findOwnJob } from './own-job.ts'
import { recordInBatch } from './record-in-batch.ts'
import type { JobEnd, LabelingJobState } from './state.ts'
import { findJob, stateKey, updateJob } from './store.ts'
import { summarizeOutput } from './summarize-output.ts'
import { toCounters } from './view.ts'

export const DETAIL_TYPE = 'SageMaker Ground Truth Labeling Job State Change'

/**
 * What EventBridge says when the state of a labeling job has changed: documented for the three states that it ends in.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-monitor-cloud-watch.html
 */
export const JobStateChange = z.object({
  id: z.string(),
  source: z.literal('aws.sagemaker'),
  'detail-type': z.literal(DETAIL_TYPE),
  account: z.string(),
  region: z.string(),
  time: z.iso.datetime({ offset: true }),
  /** The job's ARN, its name in lower case. */
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
 * Writes down how a job of ours ended, in the job and in its batch, and sends the one event of it. May be told again at
 * any time, and may die anywhere: the event is sent again, with the same id, until the job says that it was.
 */
export async function recordStateChange(change: JobStateChange, ports: Ports): Promise<void> {
  const status = change.detail.LabelingJobStatus
  const name = /:labeling-job\/([^/]+)$/.exec(change.resources[0])?.[1]
  const isHere = change.account === ports.config.account && change.region === ports.config.region
  const found = name !== undefined && isHere ? await findJob(name, ports) : undefined
  if (!isFinalStatus(status) || !found) {
    ports.log.info('labeling_job.state_change_ignored', { job: name, status, isOurs: found !== undefined })
    return
  }
  await settle(found.value, status, ports)
}

/** Does the same for a job of which the service says that it has ended. @returns the job as it stands */
export async function recordEndIfFinal(state: LabelingJobState, ports: Ports): Promise<LabelingJobState> {
  if (state.end?.publishedAt !== undefined && !isOutputMissing(state.end)) return state
  const live = await findOwnJob(state, ports)
  if (!live || !isFinalStatus(live.status)) return state
  return (await settle(state, live.status, ports)) ?? state
}

/** Undefined where the job is another that has the name of our claim. */
async function settle(
  state: LabelingJobState,
  status: FinalStatus,
  ports: Ports,
): Promise<LabelingJobState | undefined> {
  const ended = state.end && !isOutputMissing(state.end) ? state : await writeEnd(state, status, ports)
  if (!ended?.end || ended.end.publishedAt !== undefined) return ended
  await recordInBatch(ended, ended.end.status, ended.end.at, ports)
  return await tell(ended, ended.end, ports)
}

/** The service writes its results late: what is told before has no summary of them yet. */
const isOutputMissing = ({ counters, output }: JobEnd): boolean =>
  !output && counters !== undefined && counters.labeled > 0

/** @throws AppError `upstream-failed` while the service itself still says otherwise, so that the event comes again */
async function writeEnd(
  state: LabelingJobState,
  status: FinalStatus,
  ports: Ports,
): Promise<LabelingJobState | undefined> {
  const live = await findOwnJob(state, ports)
  if (!live) return undefined
  if (!isFinalStatus(live.status))
    throw new AppError(
      'upstream-failed',
      `The labeling job "${state.job}" is told to be ${status}, and is ${live.status}.`,
    )
  const key = outputKey(state, live.outputManifestUri, ports)
  const output = await summarizeOutput(key, state.labelAttributeName, ports)
  const end: JobEnd = {
    status: live.status,
    // Events tell whole seconds, which may lie before the job's own beginning.
    at: live.updatedAt,
    failureReason: live.failureReason || undefined,
    counters: toCounters(live.counters, state.lines - state.alreadyLabeled),
    outputManifestUri: output && toS3Uri(key, ports),
    output,
  }
  return await updateJob(state.job, (standing) => withEnd(standing, end, live.arn), ports)
}

/** The first end stands; what it did not know yet of the results is added to it. Pure. */
function withEnd({ lease: _, ...state }: LabelingJobState, end: JobEnd, arn: string): LabelingJobState | undefined {
  if (!state.end) return { ...state, state: 'created', arn, end }
  if (!isOutputMissing(state.end) || !end.output) return undefined
  const { output, outputManifestUri } = end
  return { ...state, end: { ...state.end, output, outputManifestUri } }
}

async function tell(state: LabelingJobState, end: JobEnd, ports: Ports): Promise<LabelingJobState | undefined> {
  const { job, batch } = state
  const type = EVENT_TYPES[end.status]
  const { status, failureReason, counters, output, outputManifestUri } = end
  const data = { job, batch, status, failureReason, counters, output, outputManifestUri }
  await publishEvent({ type, subject: stateKey(job), dedupKey: state.createdAt, timestamp: end.at, data }, ports)
  const publishedAt = ports.now().toISOString()
  ports.log.info('labeling_job.ended', { job, batch, status, published: type })
  return await updateJob(
    job,
    (told) => (told.end ? { ...told, end: { ...told.end, publishedAt: publishedAt } } : undefined),
    ports,
  )
}
