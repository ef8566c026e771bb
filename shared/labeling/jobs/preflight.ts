import { AppError, type Issue } from '../../contracts/errors.ts'
import { isFinalStatus } from '../../contracts/labeler.ts'
import { explainNoLine } from '../../manifests/input/omissions.ts'
import { toProblemErrors } from '../../platform/http/request-issues.ts'
import { findEngineIssues, MAX_CLASSES } from '../engine/job-rules.ts'
import type { JobOptions } from '../job-options.ts'
import { findOptionIssues } from '../sagemaker/limits.ts'
import { findServiceIssues, MAX_LABELS, type ServiceFacts } from '../sagemaker/preflight.ts'
import { type LineTally, MAX_ISSUES, MAX_OBJECTS } from './input-lines.ts'
import { type EarlierJob, findContinuedIssues, findPriorJobIssues, findResultIssues } from './preflight-earlier.ts'

export const MAX_LABEL_CHARACTERS = 256

/** Everything that a labeling job depends on, as it is before anything is written. */
export interface JobFacts {
  readonly job: string
  /** What a job at SageMaker depends on; undefined for one of Groundwork's own engine. */
  readonly service: ServiceFacts | undefined
  /** The job that the engine has under this name, regardless of case. */
  readonly existingJob: string | undefined
  /** Why the batch cannot be labeled; undefined where it can. */
  readonly batchIssue: string | undefined
  /** The job to be continued; undefined where none is. */
  readonly continued: EarlierJob | undefined
  /** The job whose boxes are adjusted or verified; undefined where none is named. */
  readonly boxJob: EarlierJob | undefined
  readonly labels: readonly string[]
  /** Why the job cannot have gold; undefined where it can, does not ask for it, or nobody knows yet. */
  readonly goldIssue?: string | undefined
  /** The lines of the input manifest; undefined where they could not be read. */
  readonly tally: LineTally | undefined
}

/** Finds everything that is wrong with a job: the rules of its engine, and what that would report only later. Pure. */
export function findJobIssues(options: JobOptions, facts: JobFacts): Issue[] {
  const { service } = facts
  const issues = service ? findOptionIssues(options) : findEngineIssues(options)
  const others = [
    ...findNameIssues(facts),
    ...(service ? findServiceIssues(options, service) : []),
    ...findContinuedIssues(options, facts.continued),
    ...findPriorJobIssues(options, facts.boxJob),
    ...findObjectIssues(options, facts),
    ...(facts.goldIssue === undefined ? [] : [{ at: 'body.gold', message: facts.goldIssue }]),
    ...findLabelIssues(facts.labels, service ? MAX_LABELS : MAX_CLASSES),
  ]
  return [...issues, ...others.filter(({ at }) => !issues.some((issue) => issue.at === at))]
}

/** Returns the error for the issues of a job: `conflict` when only its name is taken, otherwise `preflight-failed`. Pure. */
export function toPreflightError(issues: readonly Issue[]): AppError {
  const { detail, errors } = toProblemErrors(issues)
  const isOnlyName = issues.every(({ at }) => at === 'path.job')
  return new AppError(isOnlyName ? 'conflict' : 'preflight-failed', detail, errors)
}

function* findNameIssues({ job, existingJob }: JobFacts): Generator<Issue> {
  const message = `must be another name than "${job}": there is a job "${existingJob}", and names are compared without case`
  if (existingJob !== undefined) yield { at: 'path.job', message }
}

function* findObjectIssues(options: JobOptions, { batchIssue, tally, continued, boxJob }: JobFacts): Generator<Issue> {
  const at = 'body.batch'
  if (batchIssue !== undefined) yield { at, message: batchIssue }
  if (!tally) {
    if (batchIssue === undefined) yield* findMissingResults('body.continueFrom', continued)
    if (batchIssue === undefined) yield* findMissingResults('body.boxesFrom', boxJob)
    return
  }
  const { lines, sourceLines, alreadyLabeled, omissions, issues } = tally
  yield* issues
  if (issues.length >= MAX_ISSUES) yield { at: 'manifest', message: `was not checked after line ${lines}` }
  if (lines > MAX_OBJECTS) yield { at, message: `must have a manifest of at most ${MAX_OBJECTS} lines` }
  if (issues.length > 0 || lines > MAX_OBJECTS) return
  if (continued) yield* findResultIssues('body.continueFrom', continued, tally)
  else if (alreadyLabeled > 0)
    yield {
      at: 'body.labelAttributeName',
      message: `must be another name: ${alreadyLabeled} of ${lines} lines of the manifest have "${options.labelAttributeName}" already and would not be labeled`,
    }
  if (lines === 0 && (!continued || continued.lines === sourceLines))
    yield { at, message: `must have an image to label: ${explainNoLine(options.batch, omissions.report())}` }
}

/** Finds that a job that has ended has no results yet. */
function* findMissingResults(at: string, job: EarlierJob | undefined): Generator<Issue> {
  if (job?.isOfBatch && job.status && isFinalStatus(job.status) && job.mode !== 'verify')
    yield {
      at,
      message: `must have results: those of "${job.name}" are missing; SageMaker writes them some minutes after the end`,
    }
}

function* findLabelIssues(labels: readonly string[], max: number): Generator<Issue> {
  const at = 'body.batch'
  if (labels.length > max)
    yield { at, message: `must have at most ${max} classes for a labeling job, not ${labels.length}` }
  for (const label of labels)
    if (label.length > MAX_LABEL_CHARACTERS)
      yield {
        at,
        message: `must have class names of at most ${MAX_LABEL_CHARACTERS} characters: ${label.slice(0, 40)}… is longer`,
      }
  const duplicate = labels.find((label, index) => labels.indexOf(label) !== index)
  if (duplicate !== undefined) yield { at, message: `must have different class names: two are "${duplicate}"` }
}
