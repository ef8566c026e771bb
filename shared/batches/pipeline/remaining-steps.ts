import type { BatchRequest } from '../../contracts/batch.ts'
import type { LaterStep } from '../../contracts/run.ts'
import { availableImages } from '../../selection/call-limits.ts'
import { maxImages } from '../../selection/engine/estimate.ts'
import { explainEmpty } from '../../selection/why-empty.ts'
import type { RunState } from '../record/run.ts'
import { type BatchState, toCriteria } from '../record/state.ts'

/** The steps that a batch has still to do, and what they do them on. */
export interface RemainingRun {
  readonly request: BatchRequest
  readonly steps: readonly LaterStep[]
  readonly classNames: readonly string[]
  /** At most. */
  readonly images: number
  /** Should there be none: why. */
  readonly whyEmpty: string
  /** Undefined where the dataset cannot be read. */
  readonly importId: string | undefined
}

/** What is still to come of a run. Pure. @param state of the batch, as far as it could be planned */
export function remainingSteps(request: BatchRequest, run: RunState | undefined, state?: BatchState): RemainingRun {
  const { classNames, examplesPerClass, batchOffset } = request
  const most = state ? maxImages(toCriteria(state), availableImages(state)) : examplesPerClass * classNames.length
  return {
    request,
    steps: run?.state === 'running' ? run.steps.filter((step) => step.state !== 'done').map(({ step }) => step) : [],
    classNames: state?.criteria.classes.map(({ className }) => className) ?? classNames,
    images: state?.selection?.imageCount ?? most,
    whyEmpty: explainEmpty(state?.criteria ?? { classes: [], batchOffset }),
    importId: state?.importId,
  }
}
