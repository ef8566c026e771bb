import { findBatch } from '../../batches/record/store.ts'
import { BatchName } from '../../contracts/batch-name.ts'
import type { LabelerJob } from '../../contracts/labeler.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { workRef } from '../engine/work.ts'
import { inputManifestKey, type JobPlace } from '../job-places.ts'
import { describeJob, type EngineNeeds } from './engine-jobs.ts'
import type { JobEnd, LabelingJobState } from './state.ts'
import { jobRef } from './store.ts'

/**
 * Returns the job that its engine created from this state; undefined where there is none.
 * @throws CorruptStateError when the work of a job of our own engine is damaged, or lost
 */
export async function findOwnJob(
  state: LabelingJobState,
  ports: EngineNeeds & Pick<Ports, 'config'>,
): Promise<LabelerJob | undefined> {
  const { engine } = state.request
  const job = await describeJob(engine, state.job, ports)
  if (job && isSameJob(job, state, ports)) return job
  if (engine !== 'groundwork') return undefined
  // The work of a job is removed with its batch.
  if (state.end) return toEndedJob(state, state.end, ports)
  if (!job) await assertWorkNotLost(state, ports)
  return undefined
}

/**
 * @throws CorruptStateError when a job that was created has no work although it has not ended and its batch still exists:
 *   the answers are there, and must not count as those of a job that is gone
 */
export async function assertWorkNotLost(
  { job, batch, batchId, state }: Pick<LabelingJobState, 'job' | 'batch' | 'batchId' | 'state'>,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<void> {
  if (state !== 'created') return
  const found = await readOrCorrupt(findBatch(batch, ports))
  const isDeleted =
    !found || ('value' in found && (found.value.batchId !== batchId || found.value.state === 'deleting'))
  if (!isDeleted) throw new CorruptStateError(workRef(job).key, undefined, 'it does not exist')
}

/** Returns a job of Groundwork's own engine that has ended, as its state has it. Pure. */
export function toEndedJob(state: LabelingJobState, end: JobEnd, { config }: Pick<Ports, 'config'>): LabelerJob {
  const none = { labeled: 0, humanLabeled: 0, machineLabeled: 0, failed: 0, unlabeled: 0 }
  return {
    job: state.job,
    status: end.status,
    counters: end.counters ?? none,
    failureReason: end.failureReason,
    outputManifestUri: end.outputManifestUri,
    inputManifestUri: toS3Uri(inputManifestKey(state, { config }), { config }),
    createdAt: state.createdAt,
    updatedAt: end.at,
  }
}

/** Whether a job of an engine was created from this state: no other job reads its input manifest. Pure. */
export const isSameJob = (job: LabelerJob, place: JobPlace, { config }: Pick<Ports, 'config'>): boolean =>
  job.inputManifestUri === toS3Uri(inputManifestKey(place, { config }), { config })

/**
 * Returns the batch whose images a job of an engine labels, from where its input manifest is; undefined when it was not
 * created here. For jobs whose own state cannot be read. Pure.
 */
export function parseOwnBatch(live: LabelerJob, { config }: Pick<Ports, 'config'>): string | undefined {
  const folder = toS3Uri(config.dataPrefix, { config })
  const batch = live.inputManifestUri?.slice(folder.length).split('/')[0]
  const isOwn = BatchName.safeParse(batch).success && isSameJob(live, { job: live.job, batch: batch ?? '' }, { config })
  return isOwn ? batch : undefined
}

/**
 * @throws CorruptStateError when a job of an engine that has no state here was created here: its state is lost, and it
 *   is no job of others
 */
export function assertNotLost(live: LabelerJob, ports: Pick<Ports, 'config'>): void {
  if (parseOwnBatch(live, ports) !== undefined)
    throw new CorruptStateError(jobRef(live.job).key, undefined, 'it does not exist')
}
