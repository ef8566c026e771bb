import type { Ports } from '../../platform/ports.ts'
import { updateState } from '../../platform/state/compare-and-swap.ts'
import { enqueueEvent, type PendingEvent, publishPending } from '../../platform/state/outbox.ts'
import type { LabelingDisputedMessage } from '../engine/messages.ts'
import { readProgress } from '../engine/progress/read-progress.ts'
import { findWork, workRef } from '../engine/work.ts'
import type { LabelingJobState } from './state.ts'
import { findJob, jobRef, updateJob } from './store.ts'

type Needs = Pick<Ports, 'objects' | 'log' | 'messages' | 'metrics' | 'newId' | 'now' | 'requestId'>

/**
 * Tells the owner of a job that reviewers are needed, once: publishes its event, and then notes in the work that this is
 * done. Idempotent: the event has the same id however often the message comes.
 * @throws CorruptStateError when the job or its work cannot be read: the message is delivered again
 */
export async function announceDisputes({ job, workId }: LabelingDisputedMessage, ports: Needs): Promise<void> {
  const work = (await findWork(job, ports))?.value
  if (work?.workId !== workId || work.disputedAt !== undefined || work.end) return
  const { details } = await readProgress(work, ports)
  const at = ports.now().toISOString()
  const { undecided = 0 } = details.disputes ?? {}
  const announce = (state: LabelingJobState): LabelingJobState | undefined =>
    state.disputedAt === undefined && !state.end
      ? enqueueEvent({ ...state, disputedAt: at }, disputedEvent(state, Math.max(1, undecided), at))
      : undefined
  const state = (await updateJob(job, announce, ports)) ?? (await findJob(job, ports))?.value
  if (!state) return
  await publishPending(jobRef(job).key, state, (change) => updateJob(job, change, ports), ports)
  await updateState(
    workRef(job),
    (current) => (current.workId === workId && !current.disputedAt ? { ...current, disputedAt: at } : undefined),
    ports,
  )
  ports.log.info('labeling_job.disputed', { job, disputes: undecided })
}

/** Pure. */
const disputedEvent = ({ job, batch, createdAt }: LabelingJobState, disputes: number, at: string): PendingEvent => ({
  type: 'labeling-job.disputed',
  dedupKey: createdAt,
  timestamp: at,
  data: { job, batch, disputes },
})
