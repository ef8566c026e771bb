import type { AppError } from '../../contracts/errors.ts'
import { toStoredProblem } from '../../contracts/stored-problem.ts'
import { manifestWrittenEvent } from '../../manifests/input/write-manifest.ts'
import type { Ports } from '../../platform/ports.ts'
import { enqueueEvent } from '../../platform/state/outbox.ts'
import { enqueueRunBatch } from '../record/messages.ts'
import { batchFailedEvent, publishBatchEvents } from '../record/outbox.ts'
import {
  abortRun,
  currentStep,
  endStep,
  type RunState,
  type StepState,
  beginStep as withStepBegun,
} from '../record/run.ts'
import type { BatchState } from '../record/state.ts'
import { withRunStopped } from '../record/stop-run.ts'
import { manifestKey, toS3Uri, updateBatch } from '../record/store.ts'
import { readStepFacts, type StepOutcome } from './steps.ts'

/** A batch whose run is at a step. */
export interface StepCursor {
  readonly batch: string
  readonly state: BatchState
  readonly run: RunState
  readonly step: StepState
}

/** Where a run is; undefined when it is over, or another, or the batch is. */
export function findCursor(
  batch: string,
  batchId: string,
  runId: string | undefined,
  state: BatchState | undefined,
): StepCursor | undefined {
  const run = state?.run
  const step = run && currentStep(run)
  if (state?.batchId !== batchId || state.state !== 'selected' || !step) return undefined
  return run.id === runId && run.state === 'running' ? { batch, state, run, step } : undefined
}

/** Changes the run as long as it is at this step. @returns the batch, where this call changed it */
async function changeStep(
  { batch, state: { batchId }, run: { id }, step: { step } }: StepCursor,
  change: (state: BatchState, run: RunState) => BatchState,
  ports: Ports,
): Promise<BatchState | undefined> {
  let isChanged = false
  const state = await updateBatch(
    batch,
    (standing) => {
      const at = findCursor(batch, batchId, id, standing)
      isChanged = at?.step.step === step
      return at && isChanged ? change(standing, at.run) : undefined
    },
    ports,
  )
  return isChanged ? state : undefined
}

/** From here on, what the step was asked for stands. @returns undefined where others are further */
export async function beginStep(
  { batch, state, run, step: { step } }: StepCursor,
  ports: Ports,
): Promise<StepCursor | undefined> {
  const facts = await readStepFacts(step, batch, state, ports)
  const startedAt = ports.now().toISOString()
  const stillAt = (standing: BatchState | undefined): StepCursor | undefined => {
    const at = findCursor(batch, state.batchId, run.id, standing)
    return at?.step.step === step ? at : undefined
  }
  const begun = (standing: BatchState): BatchState | undefined => {
    const at = stillAt(standing)
    return at?.step.state === 'waiting'
      ? { ...standing, run: withStepBegun(at.run, step, startedAt, facts) }
      : undefined
  }
  return stillAt(await updateBatch(batch, begun, ports))
}

/** Notes what the step has done, and has the next one done by another message. */
export async function completeStep(at: StepCursor, facts: Exclude<StepOutcome, string>, ports: Ports): Promise<void> {
  const { batch, step, run } = at
  const now = ports.now().toISOString()
  const ended = (standing: BatchState, its: RunState): BatchState => {
    const state = { ...standing, run: endStep(its, step.step, now, facts) }
    if (step.step !== 'manifest') return state
    const { lines = 0, omittedCount = 0 } = facts
    const report = { manifestUri: toS3Uri(manifestKey(batch, ports), ports), lines, omittedCount }
    return enqueueEvent(state, manifestWrittenEvent(batch, standing.batchId, report, { dedupKey: run.id, at: now }))
  }
  const state = await changeStep(at, ended, ports)
  if (!state) return
  const told = await publishBatchEvents(batch, state, ports)
  if (told.run?.state === 'running') await enqueueRunBatch(batch, told, ports)
}

/** Writes down which step failed and why, and tells it. */
export async function failStep(at: StepCursor, error: AppError, ports: Ports): Promise<void> {
  const { batch, step, run } = at
  const problem = toStoredProblem(error)
  const now = ports.now().toISOString()
  const failed = (standing: BatchState, its: RunState): BatchState =>
    enqueueEvent(
      { ...standing, run: abortRun(its, 'failed', now, { step: step.step, problem }) },
      batchFailedEvent(batch, standing.batchId, { step: step.step, dedupKey: run.id, at: now, problem }),
    )
  const state = await changeStep(at, failed, ports)
  if (state) await publishBatchEvents(batch, state, ports)
}

/** Its copying was cancelled. */
export const stopStep = async (at: StepCursor, ports: Ports): Promise<void> =>
  void (await changeStep(at, (standing) => withRunStopped(standing, ports), ports))
