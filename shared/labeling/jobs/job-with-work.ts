import { AppError } from '../../contracts/errors.ts'
import { findWork, type Work } from '../engine/work.ts'
import type { EngineNeeds } from './engine-jobs.ts'
import { getOwnJob } from './get.ts'
import { assertWorkNotLost } from './own-job.ts'
import type { LabelingJobState } from './state.ts'

/** Answers to labeling tasks are kept in the work of a job. */
interface JobWithWork {
  readonly state: LabelingJobState
  readonly work: Work
}

type Needs = EngineNeeds & Parameters<typeof getOwnJob>[1]

/**
 * Returns a job of our engine with its work.
 * @throws AppError `not-found`; `forbidden` for a job that was not created here; `wrong-state` for a job of SageMaker, one
 *   that is being created, or one whose batch was deleted
 */
export async function getJobWithWork(job: string, ports: Needs): Promise<JobWithWork> {
  const state = await getOwnJob(job, ports)
  const { job: name, request } = state
  if (request.engine === 'sagemaker')
    throw new AppError(
      'wrong-state',
      `"${name}" is a job of SageMaker, which does not report what each worker has answered.`,
    )
  const work = (await findWork(name, ports))?.value
  if (work) return { state, work }
  await assertWorkNotLost(state, ports)
  throw new AppError(
    'wrong-state',
    state.state === 'creating'
      ? `The labeling job "${name}" is being created; try again in some minutes.`
      : `The answers of "${name}" are gone: its batch was deleted.`,
  )
}

/** The same for a job that has ended. @throws AppError `wrong-state` also while the job runs */
export async function getEndedWork(job: string, ports: Needs): Promise<Work> {
  const { work } = await getJobWithWork(job, ports)
  if (work.end) return work
  throw new AppError(
    'wrong-state',
    `The labeling job "${work.job}" has not ended yet; its answers can be consolidated again when it has.`,
  )
}
