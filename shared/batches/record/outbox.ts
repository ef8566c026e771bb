import type { RunStep } from '../../contracts/run.ts'
import type { StoredProblem } from '../../contracts/stored-problem.ts'
import type { Ports } from '../../platform/ports.ts'
import { type PendingEvent, publishPending } from '../../platform/state/outbox.ts'
import type { BatchState } from './state.ts'
import { batchKey, updateBatch } from './store.ts'

/** Returns the event that a batch did not get as far as its request asked for. Pure. */
export const batchFailedEvent = (
  batch: string,
  batchId: string,
  { step, dedupKey, at, problem }: { step: RunStep; dedupKey: string; at: string; problem: StoredProblem },
): PendingEvent => ({ type: 'batch.failed', dedupKey, timestamp: at, data: { batch, batchId, step, problem } })

/**
 * Publishes the pending events of a batch; see {@link publishPending}.
 * @returns the batch as it is afterwards
 */
export const publishBatchEvents = (batch: string, state: BatchState, ports: Ports): Promise<BatchState> =>
  publishPending(batchKey(batch, ports), state, (change) => updateBatch(batch, change, ports), ports)
