import type { Ports } from '../ports.ts'
import type { BatchState } from './batch.ts'
import { breakOff, currentStep } from './run.ts'
import { changeBatch } from './store.ts'

/** The same batch, its run stopped where it is, if it runs. */
export function stopped(state: BatchState, { now }: Pick<Ports, 'now'>): BatchState {
  const { run } = state
  if (run?.state !== 'running') return state
  return { ...state, run: breakOff(run, 'stopped', now().toISOString(), currentStep(run)) }
}

/** Stops the run of this very batch, if it runs. What it has done stays. */
export async function stopRun(batch: string, batchId: string, ports: Ports): Promise<void> {
  const stop = (state: BatchState): BatchState | undefined =>
    state.batchId === batchId && state.run?.state === 'running' ? stopped(state, ports) : undefined
  await changeBatch(batch, stop, ports)
}
