import { AppError } from '../../contracts/errors.ts'
import type { SessionWorker } from '../../contracts/worker.ts'

/** Whether a worker may see a labeling job. Names are compared without case. Pure. */
const maySeeJob = ({ jobs }: Pick<SessionWorker, 'jobs'>, job: string): boolean =>
  jobs === undefined || jobs.some((allowed) => allowed.toLowerCase() === job.toLowerCase())

/**
 * Checks that a worker may see a labeling job.
 * @throws AppError `not-found`, as for a job that does not exist: workers cannot find out which other jobs there are
 */
export function authorizeJob(worker: Pick<SessionWorker, 'jobs'>, job: string): void {
  if (!maySeeJob(worker, job)) throw jobNotVisible(job)
}

/** The error for a labeling job that a worker cannot see, or that does not exist. */
export const jobNotVisible = (job: string): AppError =>
  new AppError('not-found', `There is no labeling job "${job}" for you; GET /v1/me/jobs lists yours.`)
