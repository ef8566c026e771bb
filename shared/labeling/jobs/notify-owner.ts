import type { Ports } from '../../platform/ports.ts'
import { updateState } from '../../platform/state/compare-and-swap.ts'
import { enqueueEvent, type PendingEvent, publishPending } from '../../platform/state/outbox.ts'
import type { NotifyOwnerMessage } from '../engine/messages.ts'
import { readProgress } from '../engine/progress/read-progress.ts'
import { findWork, type Work, workRef } from '../engine/work.ts'
import type { LabelingJobState } from './state.ts'
import { jobRef, updateJob } from './store.ts'

type Needs = Pick<Ports, 'objects' | 'log' | 'messages' | 'metrics' | 'newId' | 'now' | 'requestId'>

/**
 * Tells the owner of a job what has come up: once that reviewers are needed, and of each worker who gets no more tasks.
 * Publishes the events, and then records in the work what is done. Idempotent: the events have the same ids however often the
 * message comes.
 * @throws CorruptStateError when the job or its work cannot be read: the message is delivered again
 */
export async function notifyOwner(
  { job, workId, isDisputed = false }: NotifyOwnerMessage,
  ports: Needs,
): Promise<void> {
  const work = (await findWork(job, ports))?.value
  if (work?.workId !== workId) return
  const at = ports.now().toISOString()
  const disputes = isDisputed && !work.end ? await countDisputes(work, ports) : 0
  const add = (current: LabelingJobState): LabelingJobState | undefined => withEvents(current, work, disputes, at)
  const state = await updateJob(job, add, ports)
  if (!state) return
  await publishPending(jobRef(job).key, state, (change) => updateJob(job, change, ports), ports)
  await updateState(workRef(job), (current) => withNotified(current, work, disputes > 0 ? at : undefined), ports)
  if (disputes > 0) ports.log.info('labeling_job.disputed', { job, disputes })
}

/** Records in the work what its owner knows now; undefined where nothing is new. Pure. */
function withNotified(
  current: Work,
  { workId, suspended = {} }: Work,
  disputedAt: string | undefined,
): Work | undefined {
  if (current.workId !== workId) return undefined
  const isFirst = disputedAt !== undefined && current.disputedAt === undefined
  const entries = Object.entries(current.suspended ?? {})
  const isNew = ([worker, { isNotified }]: (typeof entries)[number]): boolean =>
    !isNotified && Object.hasOwn(suspended, worker)
  if (!isFirst && !entries.some(isNew)) return undefined
  const next = entries.map((entry) => (isNew(entry) ? [entry[0], { ...entry[1], isNotified: true }] : entry))
  return {
    ...current,
    ...(isFirst && { disputedAt }),
    ...(entries.length > 0 && { suspended: Object.fromEntries(next) }),
  }
}

/** Returns how many images wait for a reviewer: one at least, although counts may be a minute old. */
async function countDisputes(work: Work, ports: Needs): Promise<number> {
  const { details } = await readProgress(work, ports)
  return Math.max(1, details.disputes?.undecided ?? 0)
}

/** Adds an event for all that the owner was not told yet; undefined where that is nothing. Pure. */
function withEvents(state: LabelingJobState, work: Work, disputes: number, at: string): LabelingJobState | undefined {
  const { job, batch, createdAt, notifiedOf = [] } = state
  const suspended = Object.entries(work.suspended ?? {}).filter(([worker]) => !notifiedOf.includes(worker))
  const isFirstDispute = disputes > 0 && state.disputedAt === undefined
  if (!isFirstDispute && suspended.length === 0) return undefined
  const next: LabelingJobState = {
    ...state,
    ...(isFirstDispute && { disputedAt: at }),
    ...(suspended.length > 0 && { notifiedOf: [...notifiedOf, ...suspended.map(([worker]) => worker)] }),
  }
  const disputed: PendingEvent = {
    type: 'labeling-job.disputed',
    dedupKey: createdAt,
    timestamp: at,
    data: { job, batch, disputes },
  }
  const events = suspended.map(
    ([workerId, { at: timestamp, score, judged }]): PendingEvent => ({
      type: 'labeling-job.worker-suspended',
      dedupKey: `${createdAt} ${workerId}`,
      timestamp,
      data: { job, batch, workerId, score, judged },
    }),
  )
  return [...(isFirstDispute ? [disputed] : []), ...events].reduce(enqueueEvent<LabelingJobState>, next)
}
