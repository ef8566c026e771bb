import { MAX_CREATING_MILLISECONDS } from '../../batches/record/state.ts'
import { AppError } from '../../contracts/errors.ts'
import type { LabelerJob } from '../../contracts/labeler.ts'
import type { LabelingJobView } from '../../contracts/labeling-job.ts'
import type { Ports } from '../../platform/ports.ts'
import { isAhead } from '../../platform/state/time-limit.ts'
import { findOwnTeam } from '../sagemaker/workteams.ts'
import { describeJob, type EngineNeeds } from './engine-jobs.ts'
import { assertNotLost, findOwnJob } from './own-job.ts'
import type { LabelingJobState } from './state.ts'
import { findJob, jobNotFound } from './store.ts'
import { toJobView } from './view.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'workteams'>

/**
 * Returns a job with its current status at its engine, whether it was created here or not.
 * @throws AppError `not-found`; `corrupt-state` also when the state of a job that was created here is lost
 */
export async function getJob(job: string, ports: Needs): Promise<LabelingJobView> {
  const state = (await findJob(job, ports))?.value
  if (state) return getOwnJobView(state, ports)
  const live = await findForeignJob(job, ports)
  return toJobView({ state, live, portalUrl: (await findOwnTeam(live.workteamArn, ports))?.portalUrl }, ports)
}

/**
 * Returns a job at SageMaker that was not created here.
 * @throws AppError `not-found`; CorruptStateError when the state of a job that was created here is lost
 */
async function findForeignJob(job: string, ports: EngineNeeds & Pick<Ports, 'config'>): Promise<LabelerJob> {
  const lost = await describeJob('groundwork', job, ports)
  if (lost) assertNotLost(lost, ports)
  const live = await describeJob('sagemaker', job, ports)
  if (!live) throw jobNotFound(job)
  assertNotLost(live, ports)
  return live
}

/** Returns a job that was created here. @throws AppError `not-found` when its engine no longer has it */
export async function getOwnJobView(
  state: LabelingJobState,
  ports: EngineNeeds & Pick<Ports, 'config'>,
): Promise<LabelingJobView> {
  const live = await findOwnJob(state, ports)
  if (!live && state.state === 'created' && !isRecent(state, ports)) throw jobNotFound(state.job)
  return toJobView({ state, live }, ports)
}

/** Whether SageMaker may not find the job yet, although it has accepted it. */
const isRecent = ({ createdAt }: LabelingJobState, { now }: Pick<Ports, 'now'>): boolean =>
  isAhead(Date.parse(createdAt) + MAX_CREATING_MILLISECONDS, MAX_CREATING_MILLISECONDS, now())

/**
 * Returns the state of a job that was created here.
 * @throws AppError `not-found`; `forbidden` for any other job; `corrupt-state` as {@link getJob} does
 */
export async function getOwnJob(job: string, ports: EngineNeeds & Pick<Ports, 'config'>): Promise<LabelingJobState> {
  const found = await findJob(job, ports)
  if (found) return found.value
  await findForeignJob(job, ports)
  throw new AppError(
    'forbidden',
    `The labeling job "${job}" was not created here; only GET /v1/labeling-jobs/${job} is allowed for it.`,
  )
}
