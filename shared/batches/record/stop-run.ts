import type { Ports } from '../../platform/ports.ts'
import { abortRun, currentStep } from './run.ts'
import type { BatchState } from './state.ts'
import { updateBatch } from './store.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'now' | 'newId'>

/** Returns the batch with its run stopped at its current step, if it is running. Pure. */
export function withRunStopped(state: BatchState, { now }: Pick<Ports, 'now'>): BatchState {
  const { run } = state
  if (run?.state !== 'running') return state
  return { ...state, run: abortRun(run, 'stopped', now().toISOString(), currentStep(run)) }
}

/**
 * Stops the run of this very batch, if it is running. What it has done stays.
 * @param evenLabeling also when its labeling job may exist any moment
 * @returns the batch of that name as it is afterwards
 */
export async function stopRun(
  batch: string,
  batchId: string,
  { evenLabeling }: { readonly evenLabeling: boolean },
  ports: Needs,
): Promise<BatchState | undefined> {
  const stop = (state: BatchState): BatchState | undefined => {
    const { run } = state
    if (state.batchId !== batchId || run?.state !== 'running') return undefined
    return evenLabeling || !isLabeling(state) ? withRunStopped(state, ports) : undefined
  }
  return (await updateBatch(batch, stop, ports))?.value
}

/** Whether the run is creating its labeling job, which may exist any moment. Pure. */
export function isLabeling({ run }: BatchState): boolean {
  const step = run && currentStep(run)
  return run?.state === 'running' && step?.step === 'label' && step.state === 'running'
}
