import type { SessionWorker } from '../../../contracts/worker.ts'
import type { Ports } from '../../../platform/ports.ts'
import { authorizeJob, jobNotVisible } from '../../workers/authorize-job.ts'
import { findKnownWork, type KnownWork } from './known-work.ts'

/** A worker who is signed in. */
export type TaskWorker = Pick<SessionWorker, 'id' | 'role' | 'jobs'>

/**
 * Returns the work of a job of this worker.
 * @throws AppError `not-found` when there is none, or the worker may not see it
 */
export async function findJobOfWorker(
  job: string,
  worker: TaskWorker,
  ports: Pick<Ports, 'objects' | 'now'>,
): Promise<KnownWork> {
  authorizeJob(worker, job)
  const known = await findKnownWork(job, ports)
  if (!known) throw jobNotVisible(job)
  return known
}
