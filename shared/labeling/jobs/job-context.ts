import { findBatch, type SelectedBatch } from '../../batches/record/store.ts'
import { toBatchView } from '../../batches/view.ts'
import type { BatchView } from '../../contracts/batch.ts'
import { AppError } from '../../contracts/errors.ts'
import type { LabelerJob } from '../../contracts/labeler.ts'
import type { LabelingJobRequest } from '../../contracts/labeling-job.ts'
import type { Ports } from '../../platform/ports.ts'
import { explainEmpty } from '../../selection/outcome.ts'
import { findOwnTeam } from '../sagemaker/workteams.ts'
import { findOwnJob } from './own-job.ts'
import type { ContinuedJob, JobFacts } from './preflight.ts'
import type { LabelingJobState } from './state.ts'
import { findJob } from './store.ts'

/** What stands around a job, looked up all at once. */
export interface JobContext extends Pick<JobFacts, 'bucketRegion' | 'team' | 'namesake' | 'batchFault' | 'continued'> {
  /** Undefined where it cannot be labeled. */
  readonly batch: SelectedBatch | undefined
  /** Its classes, also where it cannot be labeled yet. */
  readonly classNames: readonly string[]
  /** The job that is to be continued, if it is one of ours. */
  readonly previous: PreviousJob | undefined
}

/** A job that has gone before. */
export interface PreviousJob {
  readonly state: LabelingJobState
  readonly live: LabelerJob | undefined
}

/** Looks up what a job would touch. Changes nothing. */
export async function loadJobContext(job: string, request: LabelingJobRequest, ports: Ports): Promise<JobContext> {
  const [found, { previous, ...service }] = await Promise.all([
    findBatch(request.batch, ports),
    loadServiceContext(job, request, ports),
  ])
  const view = found && (await toBatchView(request.batch, found.value, ports))
  const selection = found?.value.selection
  const batchFault =
    found?.value.selection?.imageCount === 0
      ? `"${request.batch}" is empty: ${explainEmpty(found.value.criteria)}`
      : batchFaultOf(request.batch, view)
  return {
    ...service,
    batchFault,
    batch: batchFault === undefined && selection ? { ...found.value, selection } : undefined,
    classNames: found?.value.criteria.classes.map(({ className }) => className) ?? [],
    previous,
    continued:
      request.continueFrom === undefined
        ? undefined
        : continuedOf(request.continueFrom, previous?.state, previous?.live, found?.value.batchId),
  }
}

/** What stands around a job, whatever its batch. */
export async function loadServiceContext(
  job: string,
  request: LabelingJobRequest,
  ports: Ports,
): Promise<Pick<JobContext, 'bucketRegion' | 'team' | 'namesake' | 'previous'>> {
  const [bucketRegion, team, standing, previous] = await Promise.all([
    regionOfBucket(ports),
    findOwnTeam(request.workteamArn, ports),
    ports.labeler.describe(job),
    findPrevious(request.continueFrom, ports),
  ])
  return { bucketRegion, team, namesake: standing?.job, previous }
}

async function regionOfBucket({ bucket }: Ports): Promise<JobFacts['bucketRegion']> {
  return await bucket.region().catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'preflight-failed') return { unreachable: error.message }
    throw error
  })
}

async function findPrevious(job: string | undefined, ports: Ports): Promise<PreviousJob | undefined> {
  const found = job === undefined ? undefined : await findJob(job, ports)
  return found && { state: found.value, live: await findOwnJob(found.value, ports) }
}

/** Why a batch cannot be labeled now, and what would help. Pure. */
function batchFaultOf(batch: string, view: BatchView | undefined): string | undefined {
  switch (view?.state) {
    case undefined:
      return `there is no batch "${batch}"; PUT /v1/batches/${batch} makes it`
    case 'selecting':
      return `the images of "${batch}" are being chosen; wait, then POST /v1/batches/${batch}/copy`
    case 'selected':
      return `"${batch}" is not copied; POST /v1/batches/${batch}/copy does that`
    case 'copying':
      return `"${batch}" is being copied; GET /v1/batches/${batch}/copy tells how far it is`
    case 'failed':
      return `"${batch}" has failed: ${view?.problem?.detail ?? 'its images could not be chosen'}`
    case 'deleting':
      return `"${batch}" is being deleted`
    default:
      return undefined
  }
}

/** What is known of the job that is to be continued. Pure. */
const continuedOf = (
  name: string,
  previous: LabelingJobState | undefined,
  live: LabelerJob | undefined,
  batchId: string | undefined,
): ContinuedJob => ({
  name,
  labelAttributeName: previous?.labelAttributeName,
  mode: previous?.request.mode,
  batch: previous?.batch,
  isOfBatch: previous !== undefined && previous.batchId === batchId,
  status: live?.status,
  lines: previous?.lines,
  labeled: live?.counters.labeled ?? 0,
})
