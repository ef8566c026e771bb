import * as z from 'zod'
import { LATER_STEPS, LaterStep, RUN_STEPS, RunStatus, type RunStep, StepStatus } from '../../contracts/run.ts'
import { StoredProblem } from '../../contracts/stored-problem.ts'

export const StepState = z.object({
  step: LaterStep,
  state: StepStatus,
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  problem: StoredProblem.optional(),
  /** Of copying: the last round that was over when the step began. What comes behind it is this step's. */
  after: z.int().optional(),
  /** Of the manifest. */
  lines: z.int().optional(),
  omittedCount: z.int().optional(),
})
export type StepState = z.infer<typeof StepState>

/** How far a batch is that goes on by itself, in `batch.json`. */
export const RunState = z.object({
  /** Gone on with after a failure, it has another id: what was meant for the try before does nothing to it. */
  id: z.string(),
  upTo: LaterStep,
  state: RunStatus,
  /** In order, up to the last. Those that are done come first. */
  steps: z.array(StepState),
})
export type RunState = z.infer<typeof RunState>

const stepsUpTo = (upTo: RunStep): LaterStep[] =>
  LATER_STEPS.filter((step) => RUN_STEPS.indexOf(step) <= RUN_STEPS.indexOf(upTo))

/**
 * A run that goes as far as is asked for: further where it runs, on from where it had ended otherwise. Pure.
 * @param id of the run, should it begin
 * @returns the same run where nothing of that is left to do; undefined where nothing was ever asked for
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
    const standing = before.get(step)
    return standing && stays(standing) ? standing : { step, state: 'waiting' }
  })
  return { id: isRunning ? run.id : id, upTo: last, state: 'running', steps }
}

/** The step that a run is at: the first that is not done. */
export const currentStep = ({ steps }: RunState): StepState | undefined => steps.find(({ state }) => state !== 'done')

/** Whether what a step was asked for can no longer be changed. */
export const hasBegun = (run: RunState | undefined, step: LaterStep): boolean =>
  run?.steps.some((one) => one.step === step && (one.state === 'running' || one.state === 'done')) ?? false

const changed = (run: RunState, step: LaterStep, changes: Partial<StepState>): StepState[] =>
  run.steps.map((one) => (one.step === step ? { ...one, ...changes } : one))

export const beginStep = (run: RunState, step: LaterStep, startedAt: string, facts: Partial<StepState>): RunState => ({
  ...run,
  steps: changed(run, step, { state: 'running', startedAt, ...facts }),
})

/** The step is done, and with the last one the run. */
export function endStep(run: RunState, step: LaterStep, endedAt: string, facts: Partial<StepState>): RunState {
  const steps = changed(run, step, { ...facts, state: 'done', endedAt })
  return { ...run, steps, state: steps.every(({ state }) => state === 'done') ? 'done' : 'running' }
}

/** The run ends before its time: at its current step, or while the images were being chosen. The others are skipped. */
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
