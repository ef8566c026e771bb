import type { BatchState } from '../../batches/record/state.ts'
import { updateBatch } from '../../batches/record/store.ts'
import type { BatchLabelingJob } from '../../contracts/batch.ts'
import type { Ports } from '../../platform/ports.ts'
import type { LabelingJobState } from './state.ts'

type Job = Pick<LabelingJobState, 'job' | 'batch' | 'batchId'>

/**
 * Notes in a batch how a job of it stands: while one is noted as running, the batch is not deleted.
 * @returns whether the batch is still the same; nothing is noted where it is not
 */
export async function recordInBatch(
  { job, batch, batchId }: Job,
  status: BatchLabelingJob['status'],
  since: string,
  ports: Ports,
): Promise<boolean> {
  const isSame = (state: BatchState | undefined): boolean => state?.batchId === batchId && state.state === 'selected'
  const note = (state: BatchState): BatchState | undefined => {
    const jobs = state.labelingJobs ?? []
    const at = jobs.findIndex((one) => one.job === job)
    const noted = jobs[at]?.status
    // A job may end while it is still being noted as running. How long it is being created is noted anew each time.
    const isOld = noted !== undefined && noted !== 'Creating' && (noted === status || noted !== 'InProgress')
    if (!isSame(state) || isOld) return undefined
    return {
      ...state,
      labelingJobs: at < 0 ? [...jobs, { job, status, since }] : jobs.with(at, { job, status, since }),
    }
  }
  return isSame(await updateBatch(batch, note, ports))
}
