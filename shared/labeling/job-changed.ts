import * as z from 'zod'
import { uriOf } from '../batches/store.ts'
import { eventId } from '../event-id.ts'
import type { Ports } from '../ports.ts'
import type { EndStatus, JobEnd, LabelingJobState } from './job.ts'
import { inputManifestKey, outputManifestKey } from './job-files.ts'
import { noteInBatch } from './note-in-batch.ts'
import { changeJob, findJob } from './store.ts'
import { summariseOutput } from './summarise-output.ts'
import { countersOf } from './view.ts'

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

const EVENT_TYPES: Readonly<Record<EndStatus, string>> = {
  Completed: 'labeling-job.completed',
  Failed: 'labeling-job.failed',
  Stopped: 'labeling-job.stopped',
}

const isEnd = (status: string): status is EndStatus => Object.hasOwn(EVENT_TYPES, status)

/**
 * Writes down how a job of ours ended, in the job and in its batch, and sends the one event of it. May be told again at
 * any time, and may die anywhere: the event is sent again, with the same id, until the job says that it was.
 */
export async function jobChanged(change: JobStateChange, ports: Ports): Promise<void> {
  const status = change.detail.LabelingJobStatus
  const name = /:labeling-job\/([^/]+)$/.exec(change.resources[0])?.[1]
  const isHere = change.account === ports.config.account && change.region === ports.config.region
  const found = name !== undefined && isHere ? await findJob(name, ports) : undefined
  if (!isEnd(status) || !found) {
    ports.log.info('state change of a labeling job ignored', { job: name, status, isOurs: found !== undefined })
    return
  }
  await settle(found.value, status, change.time, ports)
}

/** Does the same for a job of which the service says that it has ended, and nobody has told. @returns the job as it stands */
export async function settleIfOver(state: LabelingJobState, ports: Ports): Promise<LabelingJobState> {
  if (state.end?.toldAt !== undefined) return state
  const live = await ports.labeler.describe(state.job)
  if (!live || !isEnd(live.status)) return state
  return (await settle(state, live.status, live.updatedAt, ports)) ?? state
}

async function settle(
  state: LabelingJobState,
  status: EndStatus,
  time: string,
  ports: Ports,
): Promise<LabelingJobState | undefined> {
  const ended = state.end ? state : await writeEnd(state, status, time, ports)
  if (!ended?.end || ended.end.toldAt !== undefined) return ended
  await noteInBatch(ended, ended.end.status, ended.end.at, ports)
  return await tell(ended, ended.end, ports)
}

/** Undefined where the job is another that has the name of our claim. */
async function writeEnd(
  state: LabelingJobState,
  status: EndStatus,
  time: string,
  ports: Ports,
): Promise<LabelingJobState | undefined> {
  const live = await ports.labeler.describe(state.job)
  const isOwn = live?.inputManifestUri === uriOf(inputManifestKey(state, ports), ports)
  if (state.state === 'creating' && !isOwn) return undefined
  const end: JobEnd = {
    status,
    // Events tell whole seconds, which may lie before the job's own beginning.
    at: live?.updatedAt ?? new Date(time).toISOString(),
    failureReason: live?.failureReason || undefined,
    counters: live && countersOf(live.counters, state.lines - state.alreadyLabeled),
    output: await summariseOutput(state, ports),
  }
  return await changeJob(
    state.job,
    ({ lease: _, ...standing }) =>
      standing.end ? undefined : { ...standing, state: 'created', arn: standing.arn ?? live?.arn, end },
    ports,
  )
}

async function tell(state: LabelingJobState, end: JobEnd, ports: Ports): Promise<LabelingJobState | undefined> {
  const { job, batch } = state
  const type = EVENT_TYPES[end.status]
  const id = eventId(`system/labeling-jobs/${job.toLowerCase()}`, state.createdAt, type)
  const { status, failureReason, counters, output } = end
  const outputManifestUri = uriOf(outputManifestKey(state, ports), ports)
  const data = { job, batch, status, failureReason, counters, output, outputManifestUri: output && outputManifestUri }
  await ports.messages.send('events', [{ id, timestamp: end.at, type, data, requestId: ports.requestId }])
  const toldAt = ports.now().toISOString()
  ports.log.info('labeling job ended', { job, batch, status, event: type })
  return await changeJob(job, (told) => (told.end ? { ...told, end: { ...told.end, toldAt } } : undefined), ports)
}
