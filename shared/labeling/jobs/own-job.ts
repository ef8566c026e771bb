import { toS3Uri } from '../../batches/record/store.ts'
import type { LabelerJob } from '../../contracts/labeler.ts'
import type { Ports } from '../../platform/ports.ts'
import { inputManifestKey } from './job-files.ts'
import type { LabelingJobState } from './state.ts'

/** The job at the service that was made of this state: none else reads its input manifest. */
export async function findOwnJob(state: LabelingJobState, ports: Ports): Promise<LabelerJob | undefined> {
  const standing = await ports.labeler.describe(state.job)
  return standing && isSameJob(standing, state, ports) ? standing : undefined
}

/** Whether a job at the service was made of this state. Pure. */
export const isSameJob = (job: LabelerJob, state: LabelingJobState, ports: Pick<Ports, 'config'>): boolean =>
  job.inputManifestUri === toS3Uri(inputManifestKey(state, ports), ports)
