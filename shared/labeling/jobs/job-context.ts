import { findBatch, type SelectedBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { CompleteJobRequest } from '../../contracts/labeling-job-request.ts'
import { batchStatus } from '../../copying/batch-status.ts'
import type { Ports } from '../../platform/ports.ts'
import { explainEmpty } from '../../selection/outcome.ts'
import type { ServiceFacts } from '../sagemaker/preflight.ts'
import { findOwnTeam } from '../sagemaker/workteams.ts'
import { findBatchIssue } from './batch-issue.ts'
import type { PreviousJob } from './earlier-source.ts'
import { describeJob, type EngineNeeds } from './engine-jobs.ts'
import type { EarlierJobs } from './job-source.ts'
import { findOwnJob } from './own-job.ts'
import type { JobFacts } from './preflight.ts'
import type { EarlierJob } from './preflight-earlier.ts'
import { findJob } from './store.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'bucket' | 'workteams'>

/** What a job depends on apart from its batch. */
interface EngineContext extends Pick<JobFacts, 'existingJob'> {
  /** What SageMaker knows; undefined for a job of Groundwork's own engine, which does not ask it. */
  readonly service: Omit<ServiceFacts, 'template'> | undefined
  /** The earlier jobs that it builds on, as far as they were created here. */
  readonly earlier: EarlierJobs
}

/** What a job depends on. */
interface JobContext extends EngineContext, Pick<JobFacts, 'batchIssue' | 'continued' | 'boxJob'> {
  /** Undefined where the batch cannot be labeled. */
  readonly batch: SelectedBatch | undefined
  /** The classes of the batch, even where it cannot be labeled yet. */
  readonly classNames: readonly string[]
}

/** Loads what a job depends on: its batch, and what {@link loadEngineContext} loads. */
export async function loadJobContext(job: string, request: CompleteJobRequest, ports: Needs): Promise<JobContext> {
  const [found, context] = await Promise.all([findBatch(request.batch, ports), loadEngineContext(job, request, ports)])
  const state = found?.value
  const selection = state?.selection
  const status = state && (await batchStatus(request.batch, state, ports))
  const batchIssue =
    state && selection?.imageCount === 0
      ? `must have images: "${request.batch}" is empty, as ${explainEmpty(state.criteria)}`
      : findBatchIssue(request.batch, status, state?.problem?.detail)
  const { previous, boxJob } = context.earlier
  return {
    ...context,
    batchIssue,
    batch: batchIssue === undefined && selection ? { ...state, selection } : undefined,
    classNames: state?.criteria.classes.map(({ className }) => className) ?? [],
    continued: toEarlierJob(request.continueFrom, previous, state?.batchId),
    boxJob: toEarlierJob(toBoxJobName(request), boxJob, state?.batchId),
  }
}

/** Loads what a job depends on apart from its batch, with one request each, at the same time. */
export async function loadEngineContext(
  job: string,
  request: CompleteJobRequest,
  ports: Needs,
): Promise<EngineContext> {
  const [service, existing, previous, boxJob] = await Promise.all([
    request.engine === 'sagemaker' ? loadServiceContext(request, ports) : undefined,
    describeJob(request.engine, job, ports),
    findPreviousJob(request.continueFrom, ports),
    findPreviousJob(toBoxJobName(request), ports),
  ])
  return { service, existingJob: existing?.job, earlier: { previous, boxJob } }
}

async function loadServiceContext(
  { workteamArn }: CompleteJobRequest,
  ports: Needs,
): Promise<EngineContext['service']> {
  const [bucketRegion, team] = await Promise.all([readBucketRegion(ports), findOwnTeam(workteamArn, ports)])
  return { config: ports.config, bucketRegion, team }
}

async function readBucketRegion({ bucket }: Pick<Ports, 'bucket'>): Promise<ServiceFacts['bucketRegion']> {
  return await bucket.region().catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'preflight-failed') return { unreachable: error.message }
    throw error
  })
}

/** Returns the name of the job whose boxes are wanted; undefined where those of no job are. Pure. */
const toBoxJobName = ({ boxesFrom }: CompleteJobRequest): string | undefined =>
  typeof boxesFrom === 'object' ? boxesFrom.job : undefined

/** Loads an earlier job; undefined when none is named, or it was not created here. */
export async function findPreviousJob(
  job: string | undefined,
  ports: EngineNeeds & Pick<Ports, 'config'>,
): Promise<PreviousJob | undefined> {
  const found = job === undefined ? undefined : await findJob(job, ports)
  return found && { state: found.value, live: await findOwnJob(found.value, ports) }
}

/** Returns what is known of an earlier job. Pure. */
function toEarlierJob(
  name: string | undefined,
  previous: PreviousJob | undefined,
  batchId: string | undefined,
): EarlierJob | undefined {
  if (name === undefined) return undefined
  const { state, live } = previous ?? {}
  return {
    name,
    labelAttributeName: state?.labelAttributeName,
    mode: state?.request.mode,
    batch: state?.batch,
    isOfBatch: state !== undefined && state.batchId === batchId,
    status: live?.status,
    lines: state?.lines,
    labeled: live?.counters.labeled ?? 0,
  }
}
