import { type BatchState, MAX_CREATING_MILLISECONDS } from '../../batches/record/state.ts'
import { updateBatch } from '../../batches/record/store.ts'
import type { Ports } from '../../platform/ports.ts'
import { isLeaseActive, isSameLease, type Lease, newLease } from '../../platform/state/lease.ts'
import { createState, replaceState, type State } from '../../platform/state/record.ts'
import { removeFolder } from '../../platform/storage/remove-folder.ts'
import { jobFolder } from './job-files.ts'
import type { LabelingJobState } from './state.ts'
import { findJob, stateKey, updateJob } from './store.ts'

/** The claim of a job's name while this call holds the lease on it. */
export type LeasedClaim = LabelingJobState & { readonly lease: Lease }

/** Claims a name, or takes over an existing claim. Returns `undefined` when another call was first. */
export async function acquireLease(
  state: LabelingJobState,
  existing: State<LabelingJobState> | undefined,
  ports: Pick<Ports, 'objects' | 'newId' | 'now'>,
): Promise<LeasedClaim | undefined> {
  const claim: LeasedClaim = { ...state, lease: newLease(MAX_CREATING_MILLISECONDS, ports) }
  const key = stateKey(state.job)
  const isWritten = existing
    ? await replaceState(ports, key, existing.etag, claim)
    : await createState(ports, key, claim)
  return isWritten ? claim : undefined
}

/** Whether a call may be creating the job right now. Pure. */
export const isLeased = ({ state, lease }: LabelingJobState, now: Date): boolean =>
  state === 'creating' && isLeaseActive(lease, now)

/** Updates a claim as long as this call holds its lease. */
export const updateWithLease = (
  claim: LeasedClaim,
  change: (state: LabelingJobState) => LabelingJobState,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<LabelingJobState | undefined> =>
  updateJob(claim.job, (state) => (isSameLease(state.lease, claim.lease) ? change(state) : undefined), ports)

/** Lets the next call go on at once: this one could not tell whether the service has the job. */
export const releaseLease = (held: LeasedClaim, ports: Ports): Promise<unknown> =>
  updateWithLease(held, ({ lease: _, ...state }) => state, ports)

/** Gives a claim up with all that was written for it, the claim itself last. Nothing happens where it was let go. */
export async function abandonClaim(held: LeasedClaim, ports: Ports): Promise<void> {
  const { job, batch, batchId } = held
  const isStillCurrent = async (): Promise<boolean> =>
    (await findJob(job, ports))?.value.lease?.holder === held.lease.holder
  if (!(await isStillCurrent())) return
  await removeFolder(jobFolder(held, ports), ports)
  const isOther = (one: { readonly job: string }): boolean => one.job !== job
  const forget = (state: BatchState): BatchState | undefined => {
    const others = state.labelingJobs?.filter(isOther)
    const isNoted = state.batchId === batchId && others?.length !== state.labelingJobs?.length
    return isNoted ? { ...state, labelingJobs: others } : undefined
  }
  await updateBatch(batch, forget, ports)
  if (await isStillCurrent()) await ports.objects.remove([stateKey(job)])
}
