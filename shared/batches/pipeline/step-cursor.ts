import type { AppError } from '../../contracts/errors.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import { toStoredProblem } from '../../contracts/stored-problem.ts'
import { manifestWrittenEvent } from '../../manifests/input/write-manifest.ts'
import type { Ports } from '../../platform/ports.ts'
import { enqueueEvent } from '../../platform/state/outbox.ts'
import type { State } from '../../platform/state/record.ts'
import { enqueueRunBatch } from '../record/messages.ts'
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
import { batchFailedEvent, manifestKey, publishBatchEvents, updateBatch } from '../record/store.ts'
import { readStepFacts, type StepOutcome } from './steps.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'messages' | 'metrics' | 'requestId' | 'now' | 'newId'>

/** The step that a batch's run is at. */
export interface StepCursor {
  readonly batch: string
  readonly state: BatchState
  readonly run: RunState
  readonly step: StepState
}

/** Returns where a run is; `undefined` when the run or the batch is over, or another one. Pure. */
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

/** Changes the batch as long as its run is at this step. Returns the batch if this call changed it. */
async function updateAtStep(
  { batch, state: { batchId }, run: { id }, step: { step } }: StepCursor,
  change: (state: BatchState, run: RunState) => BatchState,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<State<BatchState> | undefined> {
  let isChanged = false
  const updated = await updateBatch(
    batch,
    (current) => {
      const cursor = findCursor(batch, batchId, id, current)
      isChanged = cursor?.step.step === step
      return cursor && isChanged ? change(current, cursor.run) : undefined
    },
    ports,
  )
  return isChanged ? updated : undefined
}

/** Begins the step: from here on, what was requested of it cannot change. Returns `undefined` when the run is past it. */
export async function beginStep(
  { batch, state, run, step: { step } }: StepCursor,
  ports: Needs,
): Promise<StepCursor | undefined> {
  const facts = await readStepFacts(step, batch, state, ports)
  const startedAt = ports.now().toISOString()
  const cursorIn = (current: BatchState | undefined): StepCursor | undefined => {
    const cursor = findCursor(batch, state.batchId, run.id, current)
    return cursor?.step.step === step ? cursor : undefined
  }
  const begin = (current: BatchState): BatchState | undefined => {
    const cursor = cursorIn(current)
    if (cursor?.step.state !== 'waiting') return undefined
    return { ...current, run: withStepBegun(cursor.run, step, startedAt, facts) }
  }
  return cursorIn((await updateBatch(batch, begin, ports))?.value)
}

/** Records what the step has done, and enqueues the next one. */
export async function completeStep(
  cursor: StepCursor,
  facts: Exclude<StepOutcome, string>,
  ports: Needs,
): Promise<void> {
  const { batch, step, run } = cursor
  const at = ports.now().toISOString()
  const complete = (current: BatchState, currentRun: RunState): BatchState => {
    const state = { ...current, run: endStep(currentRun, step.step, at, facts) }
    if (step.step !== 'manifest') return state
    const { lines = 0, omittedCount = 0, omittedByOutcome = {}, licensesFor } = facts
    const manifestUri = toS3Uri(manifestKey(batch, ports), ports)
    const report = { manifestUri, lines, omittedCount, omittedByOutcome, licensesFor }
    return enqueueEvent(state, manifestWrittenEvent(batch, current.batchId, report, { dedupKey: run.id, at }))
  }
  const updated = await updateAtStep(cursor, complete, ports)
  if (!updated) return
  const state = await publishBatchEvents(batch, updated, ports)
  if (state.run?.state === 'running') await enqueueRunBatch(batch, state, ports)
}

/** Records which step failed and why, and publishes `batch.failed`. */
export async function failStep(cursor: StepCursor, error: AppError, ports: Needs): Promise<void> {
  const { batch, step, run } = cursor
  const problem = toStoredProblem(error)
  const at = ports.now().toISOString()
  const fail = (current: BatchState, currentRun: RunState): BatchState =>
    enqueueEvent(
      { ...current, run: abortRun(currentRun, 'failed', at, { step: step.step, problem }) },
      batchFailedEvent(batch, current.batchId, { step: step.step, dedupKey: run.id, at, problem }),
    )
  const updated = await updateAtStep(cursor, fail, ports)
  if (updated) await publishBatchEvents(batch, updated, ports)
}

/** Records that the run was stopped, because its copying was cancelled. */
export const stopStep = async (cursor: StepCursor, ports: Needs): Promise<void> =>
  void (await updateAtStep(cursor, (current) => withRunStopped(current, ports), ports))
