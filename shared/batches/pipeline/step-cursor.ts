import type { AppError } from '../../contracts/errors.ts'
import { problemOf } from '../../contracts/stored-problem.ts'
import { writtenEvent } from '../../manifests/input/write-manifest.ts'
import type { Ports } from '../../platform/ports.ts'
import { sendRunBatch } from '../record/messages.ts'
import { failedEvent, tell, withEvent } from '../record/outbox.ts'
import { beginStep, breakOff, currentStep, endStep, type RunState, type StepState } from '../record/run.ts'
import type { BatchState } from '../record/state.ts'
import { stopped } from '../record/stop-run.ts'
import { changeBatch, manifestKey, uriOf } from '../record/store.ts'
import { factsOf, type StepOutcome } from './steps.ts'

/** A batch whose run is at a step. */
export interface AtStep {
  readonly batch: string
  readonly state: BatchState
  readonly run: RunState
  readonly step: StepState
}

/** Where a run is; undefined when it is over, or another, or the batch is. */
export function placeOf(
  batch: string,
  batchId: string,
  runId: string | undefined,
  state: BatchState | undefined,
): AtStep | undefined {
  const run = state?.run
  const step = run && currentStep(run)
  if (state?.batchId !== batchId || state.state !== 'selected' || !step) return undefined
  return run.id === runId && run.state === 'running' ? { batch, state, run, step } : undefined
}

/** Changes the run as long as it is at this step. @returns the batch, where this call changed it */
async function changeStep(
  { batch, state: { batchId }, run: { id }, step: { step } }: AtStep,
  change: (state: BatchState, run: RunState) => BatchState,
  ports: Ports,
): Promise<BatchState | undefined> {
  let isChanged = false
  const state = await changeBatch(
    batch,
    (standing) => {
      const at = placeOf(batch, batchId, id, standing)
      isChanged = at?.step.step === step
      return at && isChanged ? change(standing, at.run) : undefined
    },
    ports,
  )
  return isChanged ? state : undefined
}

/** From here on, what the step was asked for stands. @returns undefined where others are further */
export async function beginAt(
  { batch, state, run, step: { step } }: AtStep,
  ports: Ports,
): Promise<AtStep | undefined> {
  const facts = await factsOf(step, batch, state, ports)
  const startedAt = ports.now().toISOString()
  const stillAt = (standing: BatchState | undefined): AtStep | undefined => {
    const at = placeOf(batch, state.batchId, run.id, standing)
    return at?.step.step === step ? at : undefined
  }
  const begun = (standing: BatchState): BatchState | undefined => {
    const at = stillAt(standing)
    return at?.step.state === 'waiting' ? { ...standing, run: beginStep(at.run, step, startedAt, facts) } : undefined
  }
  return stillAt(await changeBatch(batch, begun, ports))
}

/** Notes what the step has done, and has the next one done by another message. */
export async function endAt(at: AtStep, facts: Exclude<StepOutcome, string>, ports: Ports): Promise<void> {
  const { batch, step, run } = at
  const now = ports.now().toISOString()
  const ended = (standing: BatchState, its: RunState): BatchState => {
    const state = { ...standing, run: endStep(its, step.step, now, facts) }
    if (step.step !== 'manifest') return state
    const { lines = 0, omittedCount = 0 } = facts
    const report = { manifestUri: uriOf(manifestKey(batch, ports), ports), lines, omittedCount }
    return withEvent(state, writtenEvent(batch, standing.batchId, report, { time: run.id, at: now }))
  }
  const state = await changeStep(at, ended, ports)
  if (!state) return
  const told = await tell(batch, state, ports)
  if (told.run?.state === 'running') await sendRunBatch(batch, told, ports)
}

/** Writes down which step failed and why, and tells it. */
export async function failAt(at: AtStep, error: AppError, ports: Ports): Promise<void> {
  const { batch, step, run } = at
  const problem = problemOf(error)
  const now = ports.now().toISOString()
  const failed = (standing: BatchState, its: RunState): BatchState =>
    withEvent(
      { ...standing, run: breakOff(its, 'failed', now, { step: step.step, problem }) },
      failedEvent(batch, standing.batchId, { step: step.step, time: run.id, at: now, problem }),
    )
  const state = await changeStep(at, failed, ports)
  if (state) await tell(batch, state, ports)
}

/** Its copying was cancelled. */
export const stopAt = async (at: AtStep, ports: Ports): Promise<void> =>
  void (await changeStep(at, (standing) => stopped(standing, ports), ports))
