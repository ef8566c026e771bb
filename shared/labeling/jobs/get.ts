import { MAX_CREATING_MILLISECONDS } from '../../batches/record/state.ts'
import { AppError } from '../../contracts/errors.ts'
import type { LabelingJobView } from '../../contracts/labeling-job.ts'
import type { Ports } from '../../platform/ports.ts'
import { isAhead } from '../../platform/state/time-limit.ts'
import { findOwnTeam } from '../sagemaker/workteams.ts'
import { assertNotLost, findOwnJob } from './own-job.ts'
import type { LabelingJobState } from './state.ts'
import { findJob, jobNotFound } from './store.ts'
import { toJobView } from './view.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'labeler' | 'workteams' | 'now'>

/**
 * Returns a job with its current status at the service, whether it was created here or not.
 * @throws AppError `not-found`; `corrupt-state` also when the state of a job that was created here is lost
 */
export async function getJob(job: string, ports: Needs): Promise<LabelingJobView> {
  const state = (await findJob(job, ports))?.value
  if (state) return getOwnJobView(state, ports)
  const live = await ports.labeler.describe(job)
  if (!live) throw jobNotFound(job)
  assertNotLost(live, ports)
  return toJobView({ state, live, portalUrl: (await findOwnTeam(live.workteamArn, ports))?.portalUrl }, ports)
}

/** Returns a job that was created here. @throws AppError `not-found` when the service no longer has it */
export async function getOwnJobView(
  state: LabelingJobState,
  ports: Pick<Ports, 'config' | 'labeler' | 'now'>,
): Promise<LabelingJobView> {
  const live = await findOwnJob(state, ports)
  if (!live && state.state === 'created' && !isRecent(state, ports)) throw jobNotFound(state.job)
  return toJobView({ state, live }, ports)
}

/** Whether the service may not find the job yet, although it has accepted it. */
const isRecent = ({ createdAt }: LabelingJobState, { now }: Pick<Ports, 'now'>): boolean =>
  isAhead(Date.parse(createdAt) + MAX_CREATING_MILLISECONDS, MAX_CREATING_MILLISECONDS, now())

/**
 * Returns the state of a job that was created here.
 * @throws AppError `not-found`; `forbidden` for any other job; `corrupt-state` as {@link getJob} does
 */
export async function getOwnJob(
  job: string,
  ports: Pick<Ports, 'config' | 'objects' | 'labeler'>,
): Promise<LabelingJobState> {
  const found = await findJob(job, ports)
  if (found) return found.value
  const live = await ports.labeler.describe(job)
  if (!live) throw jobNotFound(job)
  assertNotLost(live, ports)
  throw new AppError(
    'forbidden',
    `The labeling job "${job}" was not created here; only GET /v1/labeling-jobs/${job} is allowed for it.`,
  )
}
