import * as z from 'zod'
import { Instant } from './instant.ts'
import { StoredProblem } from './stored-problem.ts'

/** How far a batch may go without being asked again; each step starts the next. */
export const RUN_STEPS = ['select', 'copy', 'manifest', 'label'] as const
export const RunStep = z.enum(RUN_STEPS)
export type RunStep = z.infer<typeof RunStep>

/** What comes once the images are chosen; that they are is the batch's own state. */
export const LaterStep = RunStep.exclude(['select'])
export type LaterStep = z.infer<typeof LaterStep>
export const LATER_STEPS: readonly LaterStep[] = LaterStep.options

export const RunStatus = z.enum(['running', 'done', 'failed', 'stopped'])
export const StepStatus = z.enum(['waiting', 'running', 'done', 'failed', 'stopped', 'skipped'])

/** What the API answers about a run. */
export const RunView = z
  .object({
    upTo: RunStep.describe('How far it goes without being asked again'),
    state: RunStatus.describe('`stopped`: it was cancelled, as copying is, or the batch is being deleted'),
    step: RunStep.describe('The step that it is at, or ended with'),
    steps: z.array(
      z.object({
        step: RunStep,
        state: StepStatus.describe('`skipped`: a step before it did not end well'),
        startedAt: Instant.optional(),
        endedAt: Instant.optional(),
        problem: StoredProblem.optional().describe('Why it failed'),
        link: z.string().optional().describe('The call that shows what it does, or has done'),
        uri: z.string().optional().describe('What it has written: `s3://…`'),
        lines: z.int().optional().describe('Lines of the manifest'),
        omittedCount: z.int().optional().describe('Images that have no good copy, and so no line'),
      }),
    ),
    problem: StoredProblem.optional().describe('That of the step that failed'),
  })
  .meta({
    id: 'BatchRun',
    description: 'How far a batch goes by itself, and how far it is. Each step starts the next.',
  })
export type RunView = z.infer<typeof RunView>
