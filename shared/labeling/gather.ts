import type { BatchView } from '../batches/batch.ts'
import { describeBatch } from '../batches/describe.ts'
import { findBatch, type SelectedBatch } from '../batches/store.ts'
import { AppError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { LabelingJobRequest, LabelingJobState } from './job.ts'
import type { Workteam } from './labeler.ts'
import type { ContinuedJob, JobFacts } from './preflight.ts'
import { findJob } from './store.ts'
import { parseTeamArn } from './workteam-arn.ts'

/** What stands around a job, looked up all at once. */
export interface Surroundings
  extends Pick<JobFacts, 'bucketRegion' | 'team' | 'namesake' | 'batchFault' | 'continued'> {
  /** Undefined where it cannot be labeled. */
  readonly batch: SelectedBatch | undefined
  /** Its classes, also where it cannot be labeled yet. */
  readonly classNames: readonly string[]
  readonly previous: LabelingJobState | undefined
}

/** Looks up what a job would touch. Changes nothing. */
export async function gather(job: string, request: LabelingJobRequest, ports: Ports): Promise<Surroundings> {
  const [found, bucketRegion, team, standing, previous] = await Promise.all([
    findBatch(request.batch, ports),
    regionOfBucket(ports),
    findTeam(request.workteamArn, ports),
    ports.labeler.describe(job),
    request.continueFrom === undefined ? undefined : findJob(request.continueFrom, ports),
  ])
  const view = found && (await describeBatch(request.batch, found.value, ports))
  const selection = found?.value.selection
  const isThere = view && (view.state === 'copied' || view.state === 'incomplete')
  return {
    bucketRegion,
    team,
    namesake: standing?.job,
    batchFault: batchFaultOf(request.batch, view),
    batch: isThere && selection ? { ...found.value, selection } : undefined,
    classNames: found?.value.criteria.classes.map(({ className }) => className) ?? [],
    previous: previous?.value,
    continued: await continuedOf(request.continueFrom, previous?.value, found?.value.batchId, ports),
  }
}

async function regionOfBucket({ bucket }: Ports): Promise<JobFacts['bucketRegion']> {
  return await bucket.region().catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'preflight-failed') return { unreachable: error.message }
    throw error
  })
}

/** A team of this account and region; what is elsewhere cannot be looked up. */
async function findTeam(workteamArn: string, { workteams, config }: Ports): Promise<Workteam | undefined> {
  const arn = parseTeamArn(workteamArn)
  const isOurs = arn?.kind === 'private' && arn.region === config.region && arn.account === config.account
  return isOurs && /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(arn.name) ? await workteams.find(arn.name) : undefined
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

async function continuedOf(
  name: string | undefined,
  previous: LabelingJobState | undefined,
  batchId: string | undefined,
  { labeler }: Ports,
): Promise<ContinuedJob | undefined> {
  if (name === undefined) return undefined
  const live = previous && (await labeler.describe(previous.job))
  return {
    name,
    labelAttributeName: previous?.labelAttributeName,
    mode: previous?.request.mode,
    batch: previous?.batch,
    lines: previous?.lines,
    isOfBatch: previous !== undefined && previous.batchId === batchId,
    status: live?.status,
  }
}
