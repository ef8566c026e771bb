import type { RunStep } from '../../contracts/run.ts'
import type { StoredProblem } from '../../contracts/stored-problem.ts'
import type { Ports } from '../../platform/ports.ts'
import { publishEvent } from '../../platform/state/domain-event.ts'
import type { BatchState, PendingEvent } from './state.ts'
import { batchKey, updateBatch } from './store.ts'

/** That a batch did not come as far as it was asked to. @param failure `time` tells it from others of this batch */
export const batchFailedEvent = (
  batch: string,
  batchId: string,
  { step, time, at, problem }: { step: RunStep; time: string; at: string; problem: StoredProblem },
): PendingEvent => ({ type: 'batch.failed', dedupKey: time, timestamp: at, data: { batch, batchId, step, problem } })

/** The same state, with an event to be told of it. Pure. */
export const enqueueEvent = (state: BatchState, event: PendingEvent): BatchState => ({
  ...state,
  pendingEvents: [...(state.pendingEvents ?? []), event],
})

/**
 * Sends what a batch has not told yet, then strikes it out: who dies in between leaves it to whoever comes next, and it
 * is sent again with the same id.
 * @returns the batch as it then stands
 */
export async function publishPending(batch: string, state: BatchState, ports: Ports): Promise<BatchState> {
  const { pendingEvents } = state
  if (!pendingEvents) return state
  for (const event of pendingEvents) await publishEvent({ ...event, subject: batchKey(batch, ports) }, ports)
  const isTold = ({ type, dedupKey: time }: PendingEvent): boolean =>
    pendingEvents.some((told) => told.type === type && told.dedupKey === time)
  const strikeOut = ({ pendingEvents: standing, ...rest }: BatchState): BatchState | undefined => {
    const left = standing?.filter((event) => !isTold(event))
    if (left?.length === standing?.length) return undefined
    return left && left.length > 0 ? { ...rest, pendingEvents: left } : rest
  }
  return (await updateBatch(batch, strikeOut, ports)) ?? state
}
