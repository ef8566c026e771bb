import { type BatchState, MAX_CREATING_MILLISECONDS } from '../../batches/record/state.ts'
import { updateBatch } from '../../batches/record/store.ts'
import type { Ports } from '../../platform/ports.ts'
import { createState, replaceState, type State } from '../../platform/state/record.ts'
import { removeFolder } from '../../platform/storage/remove-folder.ts'
import { jobFolder } from './job-files.ts'
import type { LabelingJobState } from './state.ts'
import { findJob, stateKey, updateJob } from './store.ts'

/** A job's claim while this call, and no other, is creating it. */
export type LeasedClaim = LabelingJobState & { readonly lease: NonNullable<LabelingJobState['lease']> }

/** Claims a name, or takes over what stands there. Undefined when another call was first. */
export async function acquireLease(
  state: LabelingJobState,
  standing: State<LabelingJobState> | undefined,
  ports: Ports,
): Promise<LeasedClaim | undefined> {
  const until = new Date(ports.now().getTime() + MAX_CREATING_MILLISECONDS).toISOString()
  const held: LeasedClaim = { ...state, lease: { holder: ports.newId(), until } }
  const key = stateKey(state.job)
  const isLeased = standing ? await replaceState(ports, key, standing.etag, held) : await createState(ports, key, held)
  return isLeased ? held : undefined
}

/** Whether a call may be creating it right now. */
export const isHeld = ({ state, lease }: LabelingJobState, now: Date): boolean =>
  state === 'creating' && lease !== undefined && Date.parse(lease.until) > now.getTime()

/** Changes a claim as long as it is held by this call. */
export const updateWithLease = (
  held: LeasedClaim,
  change: (state: LabelingJobState) => LabelingJobState,
  ports: Ports,
): Promise<LabelingJobState | undefined> =>
  updateJob(held.job, (state) => (state.lease?.holder === held.lease.holder ? change(state) : undefined), ports)

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
