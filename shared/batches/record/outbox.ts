import type { RunStep } from '../../contracts/run.ts'
import type { StoredProblem } from '../../contracts/stored-problem.ts'
import type { Ports } from '../../platform/ports.ts'
import { sendEvent } from '../../platform/state/domain-event.ts'
import type { BatchState, Untold } from './state.ts'
import { batchKey, changeBatch } from './store.ts'

/** That a batch did not come as far as it was asked to. @param failure `time` tells it from others of this batch */
export const failedEvent = (
  batch: string,
  batchId: string,
  { step, time, at, problem }: { step: RunStep; time: string; at: string; problem: StoredProblem },
): Untold => ({ type: 'batch.failed', time, timestamp: at, data: { batch, batchId, step, problem } })

/** The same state, with an event to be told of it. Pure. */
export const withEvent = (state: BatchState, event: Untold): BatchState => ({
  ...state,
  untold: [...(state.untold ?? []), event],
})

/**
 * Sends what a batch has not told yet, then strikes it out: who dies in between leaves it to whoever comes next, and it
 * is sent again with the same id.
 * @returns the batch as it then stands
 */
export async function tell(batch: string, state: BatchState, ports: Ports): Promise<BatchState> {
  const { untold } = state
  if (!untold) return state
  for (const event of untold) await sendEvent({ ...event, what: batchKey(batch, ports) }, ports)
  const isTold = ({ type, time }: Untold): boolean => untold.some((told) => told.type === type && told.time === time)
  const strikeOut = ({ untold: standing, ...rest }: BatchState): BatchState | undefined => {
    const left = standing?.filter((event) => !isTold(event))
    if (left?.length === standing?.length) return undefined
    return left && left.length > 0 ? { ...rest, untold: left } : rest
  }
  return (await changeBatch(batch, strikeOut, ports)) ?? state
}
