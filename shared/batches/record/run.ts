import * as z from 'zod'
import { LATER_STEPS, type LaterStep, RUN_STEPS, RunStatus, type RunStep, StepStatus } from '../../contracts/run.ts'
import { ProblemState } from '../../platform/state/common-states.ts'
import { storedEnum, storedObject } from '../../platform/state/stored-schema.ts'

export const StepState = storedObject({
  step: storedEnum(LATER_STEPS),
  state: storedEnum(StepStatus.options),
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  problem: ProblemState.optional(),
  /** Of copying: the last round that was over when the step began. Later rounds belong to the step. */
  after: z.int().optional(),
  /** Of the manifest: its lines. */
  lines: z.int().optional(),
  /** Of the manifest and the labeling job: images that it leaves out. */
  omittedCount: z.int().optional(),
  omittedByOutcome: z.record(z.string(), z.int()).optional(),
  /** Its lines with a license. Absent without provenance. */
  licensesFor: z.int().optional(),
})
export type StepState = z.infer<typeof StepState>

/** The run of a batch, in `batch.json`: a saga whose steps resume. */
export const RunState = storedObject({
  /** A run that is resumed after a failure gets another id, so that late messages of the earlier one do nothing. */
  id: z.string(),
  upTo: storedEnum(LATER_STEPS),
  state: storedEnum(RunStatus.options),
  /** In order, up to `upTo`. Those that are done come first. */
  steps: z.array(StepState),
})
export type RunState = z.infer<typeof RunState>

const stepsUpTo = (upTo: RunStep): LaterStep[] =>
  LATER_STEPS.filter((step) => RUN_STEPS.indexOf(step) <= RUN_STEPS.indexOf(upTo))

/**
 * Returns the run extended up to a step. A run that has ended is resumed at its first step that is not done. Pure.
 * @param id id of the run, if a new one begins
 * @returns the same run when nothing is left to do; `undefined` when there is none and none is needed
 */
export function planRunUpTo(upTo: RunStep, run: RunState | undefined, id: string): RunState | undefined {
  const names = stepsUpTo(upTo)
  const last = names.at(-1)
  const before = new Map(run?.steps.map((step) => [step.step, step]))
  if (last === undefined || names.every((step) => before.get(step)?.state === 'done')) return run
  const isRunning = run?.state === 'running'
  if (isRunning && names.every((step) => before.has(step))) return run
  const stays = (state: StepState | undefined): boolean => state?.state === 'done' || isRunning
  const steps = names.map((step): StepState => {
    const current = before.get(step)
    return current && stays(current) ? current : { step, state: 'waiting' }
  })
  return { id: isRunning ? run.id : id, upTo: last, state: 'running', steps }
}

/** Returns the step that a run is at: the first that is not done. Pure. */
export const currentStep = ({ steps }: RunState): StepState | undefined => steps.find(({ state }) => state !== 'done')

/** Whether a step has begun, so that what was requested of it can no longer change. Pure. */
export const hasBegun = (run: RunState | undefined, step: LaterStep): boolean =>
  run?.steps.some((one) => one.step === step && (one.state === 'running' || one.state === 'done')) ?? false

const withStep = (run: RunState, step: LaterStep, changes: Partial<StepState>): StepState[] =>
  run.steps.map((one) => (one.step === step ? { ...one, ...changes } : one))

/** Returns the run with a step begun. Pure. */
export const beginStep = (run: RunState, step: LaterStep, startedAt: string, facts: Partial<StepState>): RunState => ({
  ...run,
  steps: withStep(run, step, { state: 'running', startedAt, ...facts }),
})

/** Returns the run with a step done; with its last step, the run is done. Pure. */
export function endStep(run: RunState, step: LaterStep, endedAt: string, facts: Partial<StepState>): RunState {
  const steps = withStep(run, step, { ...facts, state: 'done', endedAt })
  return { ...run, steps, state: steps.every(({ state }) => state === 'done') ? 'done' : 'running' }
}

/**
 * Returns the run ended early: at its current step, or before its first while the images are chosen. The other steps are
 * skipped. Pure.
 */
export function abortRun(
  run: RunState,
  state: 'failed' | 'stopped',
  endedAt: string,
  at?: Pick<StepState, 'step' | 'problem'>,
): RunState {
  const steps = run.steps.map((one): StepState => {
    if (one.state === 'done') return one
    if (one.step !== at?.step) return { step: one.step, state: 'skipped' }
    return { ...one, state, endedAt, ...(at.problem && { problem: at.problem }) }
  })
  return { ...run, state, steps }
}
