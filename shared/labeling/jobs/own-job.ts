import type { LabelerJob } from '../../contracts/labeler.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../../platform/ports.ts'
import { inputManifestKey } from '../sagemaker/job-files.ts'
import type { LabelingJobState } from './state.ts'

/** Returns the job at the service that was created from this state; undefined where there is none. */
export async function findOwnJob(
  state: LabelingJobState,
  ports: Pick<Ports, 'config' | 'labeler'>,
): Promise<LabelerJob | undefined> {
  const job = await ports.labeler.describe(state.job)
  return job && isSameJob(job, state, ports) ? job : undefined
}

/** Whether a job at the service was created from this state: no other job reads its input manifest. Pure. */
const isSameJob = (job: LabelerJob, state: LabelingJobState, { config }: Pick<Ports, 'config'>): boolean =>
  job.inputManifestUri === toS3Uri(inputManifestKey(state, { config }), { config })
