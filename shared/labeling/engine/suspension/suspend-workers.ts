import type { Ports } from '../../../platform/ports.ts'
import { updateState } from '../../../platform/state/compare-and-swap.ts'
import { sendNotifyOwner } from '../messages.ts'
import { readProgress } from '../progress/read-progress.ts'
import { type Work, workRef } from '../work.ts'
import { findPoorWorkers, type PoorWorker } from './poor-workers.ts'

type Needs = Pick<Ports, 'objects' | 'log' | 'messages' | 'newId' | 'now' | 'requestId'>

/**
 * Gives no more tasks to workers whose answers are too often wrong, by all that is known of them in the job, and asks for the
 * owner to be told. What they have answered counts, with the little weight that it has.
 * @param isForced whether to count again, as something was found just now
 */
export async function suspendPoorWorkers(work: Work, isForced: boolean, ports: Needs): Promise<void> {
  const { workers } = await readProgress(work, ports, isForced)
  const scores = Object.fromEntries(Object.entries(workers).map(([worker, { score }]) => [worker, score]))
  await suspendWorkers(work, findPoorWorkers(scores, work), ports)
}

/** Gives no more tasks to these workers of a job. Idempotent. */
export async function suspendWorkers(work: Work, poor: readonly PoorWorker[], ports: Needs): Promise<void> {
  if (poor.length === 0) return
  const at = ports.now().toISOString()
  let added: readonly PoorWorker[] = []
  const suspend = (current: Work): Work | undefined => {
    const isOpen = current.workId === work.workId && !current.end
    added = (isOpen ? poor : []).filter(({ worker }) => !Object.hasOwn(current.suspended ?? {}, worker))
    if (added.length === 0) return undefined
    const entries = added.map(({ worker, score, judged }) => [worker, { at, score, judged }] as const)
    return { ...current, suspended: { ...current.suspended, ...Object.fromEntries(entries) } }
  }
  const written = await updateState(workRef(work.job), suspend, ports)
  // Somebody else may have been first, who tells the owner as well.
  if (!written || added.length === 0) return
  for (const { worker, score, judged } of added)
    ports.log.warn('labeling_worker.suspended', { job: work.job, worker, score, judged })
  await sendNotifyOwner(work, {}, ports)
}
