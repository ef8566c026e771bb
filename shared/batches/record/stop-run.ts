import type { Ports } from '../../platform/ports.ts'
import { abortRun, currentStep } from './run.ts'
import type { BatchState } from './state.ts'
import { updateBatch } from './store.ts'

/** The same batch, its run stopped where it is, if it runs. */
export function withRunStopped(state: BatchState, { now }: Pick<Ports, 'now'>): BatchState {
  const { run } = state
  if (run?.state !== 'running') return state
  return { ...state, run: abortRun(run, 'stopped', now().toISOString(), currentStep(run)) }
}

/**
 * Stops the run of this very batch, if it runs. What it has done stays.
 * @param evenLabeling also where its labeling job may be there any moment
 * @returns the batch as it then stands, whichever it is
 */
export function stopRun(
  batch: string,
  batchId: string,
  { evenLabeling }: { readonly evenLabeling: boolean },
  ports: Ports,
): Promise<BatchState | undefined> {
  const stop = (state: BatchState): BatchState | undefined => {
    const { run } = state
    if (state.batchId !== batchId || run?.state !== 'running') return undefined
    return evenLabeling || !isLabeling(state) ? withRunStopped(state, ports) : undefined
  }
  return updateBatch(batch, stop, ports)
}

/** Whether the run is at its labeling job, which may be there any moment. Pure. */
export function isLabeling({ run }: BatchState): boolean {
  const step = run && currentStep(run)
  return run?.state === 'running' && step?.step === 'label' && step.state === 'running'
}
