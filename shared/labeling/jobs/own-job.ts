import { BatchName } from '../../contracts/batch-name.ts'
import type { LabelerJob } from '../../contracts/labeler.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { inputManifestKey, type JobPlace } from '../sagemaker/job-files.ts'
import { jobRef } from './store.ts'

/** Returns the job at the service that was created from this state; undefined where there is none. */
export async function findOwnJob(
  state: JobPlace,
  ports: Pick<Ports, 'config' | 'labeler'>,
): Promise<LabelerJob | undefined> {
  const job = await ports.labeler.describe(state.job)
  return job && isSameJob(job, state, ports) ? job : undefined
}

/** Whether a job at the service was created from this state: no other job reads its input manifest. Pure. */
export const isSameJob = (job: LabelerJob, place: JobPlace, { config }: Pick<Ports, 'config'>): boolean =>
  job.inputManifestUri === toS3Uri(inputManifestKey(place, { config }), { config })

/**
 * Returns the batch whose images a job at the service labels, from where its input manifest is; undefined when it was not
 * created here. For jobs whose own state cannot be read. Pure.
 */
export function parseOwnBatch(live: LabelerJob, { config }: Pick<Ports, 'config'>): string | undefined {
  const folder = toS3Uri(config.dataPrefix, { config })
  const batch = live.inputManifestUri?.slice(folder.length).split('/')[0]
  const isOwn = BatchName.safeParse(batch).success && isSameJob(live, { job: live.job, batch: batch ?? '' }, { config })
  return isOwn ? batch : undefined
}

/**
 * @throws CorruptStateError when a job at the service that has no state here was created here: its state is lost, and it
 *   is no job of others
 */
export function assertNotLost(live: LabelerJob, ports: Pick<Ports, 'config'>): void {
  if (parseOwnBatch(live, ports) !== undefined)
    throw new CorruptStateError(jobRef(live.job).key, undefined, 'it does not exist')
}
