import { AppError } from '../../contracts/errors.ts'
import { recordEndIfFinal } from './job-changed.ts'
import { findOwnJob } from './own-job.ts'
import { findJob } from './store.ts'

/**
 * Records the end of a job whose work has ended, in the job and in its batch, and publishes its event. Idempotent: the
 * event has the same id however often the message comes.
 * @throws AppError `upstream-failed` while the job has not ended according to its engine; `corrupt-state` when the state of
 *   the job is damaged: the message is delivered again
 */
export async function recordJobEnd(job: string, ports: Parameters<typeof recordEndIfFinal>[1]): Promise<void> {
  const found = await findJob(job, ports)
  // The job was removed with its claim: nobody waits for its event.
  if (!found) return
  const { end, pendingEvents } = await recordEndIfFinal(found.value, ports)
  if (end && !pendingEvents) return
  // A job that its engine no longer has was deleted with its batch.
  if (!(await findOwnJob(found.value, ports))) return
  throw new AppError('upstream-failed', `The end of the labeling job "${job}" could not be recorded yet.`)
}
