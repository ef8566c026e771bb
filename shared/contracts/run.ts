import * as z from 'zod'
import { Count, S3Uri } from './fields.ts'
import { instant } from './instant.ts'
import { OmittedByOutcome } from './omitted-image.ts'
import { StoredProblem } from './stored-problem.ts'

/** The steps of a run; each enqueues the next. */
export const RUN_STEPS = ['select', 'copy', 'manifest', 'label'] as const
export const RunStep = z.enum(RUN_STEPS).meta({ id: 'RunStep', description: 'A step of a run.' })
export type RunStep = z.infer<typeof RunStep>

/** The steps after the images are chosen, which is the batch's own state. */
export const LaterStep = RunStep.exclude(['select'])
export type LaterStep = z.infer<typeof LaterStep>
export const LATER_STEPS: readonly LaterStep[] = LaterStep.options

export const RunStatus = z.enum(['running', 'done', 'failed', 'stopped'])
export const StepStatus = z.enum(['waiting', 'running', 'done', 'failed', 'stopped', 'skipped'])

/** A step of a run as the API shows it. */
const StepView = z
  .object({
    step: RunStep,
    state: StepStatus.describe('`skipped`: an earlier step failed or was stopped'),
    startedAt: instant('When the step started').optional(),
    endedAt: instant('When the step ended').optional(),
    problem: StoredProblem.optional().describe('Why it failed'),
    link: z.string().optional().describe('Path of the endpoint that shows the step'),
    uri: S3Uri.optional().describe('What the step has written, `s3://…`'),
    lines: Count.optional().describe('Lines of the manifest'),
    omittedCount: Count.optional().describe('Images that the manifest, or the labeling job, leaves out'),
    omittedByOutcome: OmittedByOutcome.optional(),
    licensesFor: Count.optional().describe('Lines of the manifest with a license, if it has provenance'),
  })
  .meta({ id: 'BatchRunStep', description: 'A step of a run and its status.' })

/** A run as the API shows it. */
export const RunView = z
  .object({
    upTo: RunStep.describe('The last step of the run'),
    state: RunStatus.describe('`stopped`: its copy was cancelled, or the batch is being deleted'),
    step: RunStep.describe('The current step, or the one that it ended with'),
    steps: z.array(StepView).max(RUN_STEPS.length).describe('The steps up to the last one, in order'),
    problem: StoredProblem.optional().describe('The problem of the step that failed'),
  })
  .meta({
    id: 'BatchRun',
    description: 'The run of a batch: steps that follow each other without further requests.',
  })
export type RunView = z.infer<typeof RunView>
