import { type BatchState, MAX_CREATING_MILLISECONDS } from '../../batches/record/state.ts'
import { updateBatch } from '../../batches/record/store.ts'
import type { BatchLabelingJob } from '../../contracts/batch.ts'
import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { updateState } from '../../platform/state/compare-and-swap.ts'
import { acquireLease, isLeaseActive, isSameLease, type Leased, releaseLease } from '../../platform/state/lease.ts'
import { readState, removeState, type State } from '../../platform/state/record.ts'
import { removeFolder } from '../../platform/storage/remove-folder.ts'
import { jobWorkFolder } from '../engine/folders.ts'
import { jobFolder } from '../job-places.ts'
import { jobFileKeys } from './job-files.ts'
import { LABELING_JOB, type LabelingJobState } from './state.ts'

/**
 * Returns where a job's state is. Names are compared without case, as SageMaker does, and are unique over both engines. The key is outside the
 * data prefix, so that the service's role cannot read it.
 */
export const jobRef = (job: string) => ({
  key: `system/labeling-jobs/${job.toLowerCase()}.json`,
  type: LABELING_JOB,
  isOwn: (state: LabelingJobState) => state.job.toLowerCase() === job.toLowerCase(),
})

/** Reads the state of a job created here, or the claim of its name, regardless of case. */
export const findJob = (job: string, ports: Pick<Ports, 'objects'>): Promise<State<LabelingJobState> | undefined> =>
  readState(jobRef(job), ports)

export const jobNotFound = (job: string): AppError =>
  new AppError('not-found', `There is no labeling job "${job}"; PUT /v1/labeling-jobs/${job} creates it.`)

/**
 * Replaces a job's state by compare-and-swap; see {@link updateState}.
 * @returns the state as it is now; `undefined` when there is no such job
 */
export const updateJob = async (
  job: string,
  change: (state: LabelingJobState) => LabelingJobState | undefined,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<LabelingJobState | undefined> => (await updateState(jobRef(job), change, ports))?.value

/** The claim of a job's name while this call holds the lease on it. */
export type LeasedClaim = Leased<LabelingJobState>

/**
 * Claims a name, or takes over an existing claim.
 * @param existing the version to replace, whether it can be read or not
 * @returns undefined when another call was first
 */
export const leaseClaim = (
  state: LabelingJobState,
  existing: { readonly etag: string } | undefined,
  ports: Pick<Ports, 'objects' | 'newId' | 'now'>,
): Promise<LeasedClaim | undefined> =>
  acquireLease(jobRef(state.job), state, existing, MAX_CREATING_MILLISECONDS, ports)

/** Whether a call may be creating the job right now. Pure. */
export const isLeased = ({ state, lease }: LabelingJobState, now: Date): boolean =>
  state === 'creating' && isLeaseActive(lease, now)

/** Removes a claim and the files written for it, the claim itself last. Does nothing once the lease is lost. */
export async function abandonClaim(
  claim: LeasedClaim,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<void> {
  const findCurrent = async (): Promise<State<LabelingJobState> | undefined> => {
    const found = await findJob(claim.job, ports)
    return isSameLease(found?.value.lease, claim.lease) ? found : undefined
  }
  if (!(await findCurrent())) return
  const written = jobFileKeys(claim, ports)
  await removeFolder(jobFolder(claim, ports), ports, { keep: (key) => !written.includes(key) })
  if (claim.request.engine === 'groundwork') await removeFolder(jobWorkFolder(claim.job), ports)
  await removeFromBatch(claim, ports)
  const current = await findCurrent()
  if (current) await removeState(jobRef(claim.job), current, ports)
}

/**
 * Runs a part of the creation. When that fails, the claim and everything written for it are removed. If the engine may
 * have the job, only the lease is released, so that the next call finds out. What cannot be undone is left to the next
 * call, once the lease has expired.
 * @param mayExist whether the engine may have the job after this error
 */
export async function rollbackOnError<Result>(
  claim: LeasedClaim,
  act: () => Promise<Result>,
  mayExist: (error: AppError) => boolean,
  ports: Pick<Ports, 'config' | 'objects' | 'log' | 'newId'>,
): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const isKept = mayExist(error)
    const undoing: Promise<unknown> = isKept
      ? releaseLease(jobRef(claim.job), claim, ports)
      : abandonClaim(claim, ports)
    await undoing.catch((failure: unknown) => {
      if (!(failure instanceof AppError)) throw failure
      ports.log.warn('labeling_job.cleanup_failed', {
        job: claim.job,
        action: isKept ? 'release-lease' : 'abandon-claim',
        error: failure,
      })
    })
    throw error
  }
}

type JobOfBatch = Pick<LabelingJobState, 'job' | 'batch' | 'batchId' | 'request'>

/**
 * Records the status of a job in its batch. A batch with a job in progress cannot be deleted.
 * @returns whether the batch still exists and is the same; nothing is recorded otherwise
 */
export async function recordInBatch(
  { job, batch, batchId, request: { engine } }: JobOfBatch,
  status: BatchLabelingJob['status'],
  since: string,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<boolean> {
  const isSame = (state: BatchState | undefined): boolean => state?.batchId === batchId && state.state === 'selected'
  const record = (state: BatchState): BatchState | undefined => {
    const jobs = state.labelingJobs ?? []
    const index = jobs.findIndex((one) => one.job === job)
    if (!isSame(state) || !isNewer(status, jobs[index]?.status)) return undefined
    const entry = { ...jobs[index], job, engine, status, since }
    return { ...state, labelingJobs: index < 0 ? [...jobs, entry] : jobs.with(index, entry) }
  }
  return isSame((await updateBatch(batch, record, ports))?.value)
}

/**
 * Whether a status replaces the recorded one. A job may end before it is recorded as in progress, so a final status
 * stays. `Creating` is recorded again each time, as the time of the last attempt matters. Pure.
 */
const isNewer = (status: BatchLabelingJob['status'], recorded: BatchLabelingJob['status'] | undefined): boolean =>
  recorded === undefined || recorded === 'Creating' || (recorded === 'InProgress' && status !== recorded)

async function removeFromBatch(
  { job, batch, batchId }: JobOfBatch,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<void> {
  const remove = (state: BatchState): BatchState | undefined => {
    const others = state.labelingJobs?.filter((one) => one.job !== job)
    const isRecorded = state.batchId === batchId && others?.length !== state.labelingJobs?.length
    return isRecorded ? { ...state, labelingJobs: others } : undefined
  }
  await updateBatch(batch, remove, ports)
}
