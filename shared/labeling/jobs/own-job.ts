import { uriOf } from '../../batches/record/store.ts'
import type { LabelerJob } from '../../contracts/labeler.ts'
import type { Ports } from '../../platform/ports.ts'
import { inputManifestKey } from './job-files.ts'
import type { LabelingJobState } from './state.ts'

/** The job at the service that was made of this state: none else reads its input manifest. */
export async function findOwn(state: LabelingJobState, ports: Ports): Promise<LabelerJob | undefined> {
  const standing = await ports.labeler.describe(state.job)
  return standing && isMadeOf(standing, state, ports) ? standing : undefined
}

/** Whether a job at the service was made of this state. Pure. */
export const isMadeOf = (job: LabelerJob, state: LabelingJobState, ports: Pick<Ports, 'config'>): boolean =>
  job.inputManifestUri === uriOf(inputManifestKey(state, ports), ports)
