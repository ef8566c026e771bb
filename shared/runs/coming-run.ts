import type { BatchRequest, BatchState } from '../batches/batch.ts'
import type { LaterStep, RunState } from '../batches/run.ts'

/** The steps that a batch has still to do, and what they do them on. */
export interface ComingRun {
  readonly request: BatchRequest
  readonly steps: readonly LaterStep[]
  readonly classNames: readonly string[]
  /** At most. */
  readonly images: number
  /** Undefined where the dataset cannot be read. */
  readonly importId: string | undefined
}

/** What is still to come of a run. Pure. @param state of the batch, as far as it could be planned */
export function comingRun(request: BatchRequest, run: RunState | undefined, state?: BatchState): ComingRun {
  const { examplesPerClass } = request
  const most = (state?.criteria.classes ?? []).map(({ available }) => Math.min(available, examplesPerClass))
  return {
    request,
    steps: run?.state === 'running' ? run.steps.filter((step) => step.state !== 'done').map(({ step }) => step) : [],
    classNames: state?.criteria.classes.map(({ className }) => className) ?? request.classNames,
    images: state?.selection?.imageCount ?? (state ? sum(most) : examplesPerClass * request.classNames.length),
    importId: state?.importId,
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
