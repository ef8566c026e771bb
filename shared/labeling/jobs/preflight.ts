import { builtInFunctions, LABELING_REGIONS } from '../../contracts/built-in-functions.ts'
import { AppError, type Issue } from '../../contracts/errors.ts'
import { isFinalStatus, type JobStatus, type Workteam } from '../../contracts/labeler.ts'
import { explainNoLine } from '../../manifests/input/omissions.ts'
import type { Config } from '../../platform/config.ts'
import { toProblemErrors } from '../../platform/http/request-issues.ts'
import type { JobOptions } from '../sagemaker/job-request.ts'
import { findOptionIssues } from '../sagemaker/limits.ts'
import { findTeamIssues } from '../sagemaker/workteams.ts'
import { type LineTally, MAX_ISSUES, MAX_OBJECTS } from './input-lines.ts'

export const MAX_LABELS = 50
export const MAX_LABEL_CHARACTERS = 256
const MAX_TEMPLATE_CHARACTERS = 128_000
const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/?[a-zA-Z_0-9+=,.@\-_/]+$/

/** Everything that a labeling job depends on, as it is before anything is written. */
export interface JobFacts {
  readonly job: string
  readonly config: Pick<Config, 'region' | 'account' | 'bucket' | 'labelingRoles'>
  /** The region of the working bucket, or why the bucket cannot be reached. */
  readonly bucketRegion: string | { readonly unreachable: string }
  /** The private work team of the request; undefined where there is none. */
  readonly team: Workteam | undefined
  /** The job that the service has under this name, regardless of case. */
  readonly existingJob: string | undefined
  /** Why the batch cannot be labeled; undefined where it can. */
  readonly batchIssue: string | undefined
  /** The job to be continued; undefined where none is. */
  readonly continued: ContinuedJob | undefined
  readonly labels: readonly string[]
  readonly template: string
  /** The lines of the input manifest; undefined where they could not be read. */
  readonly tally: LineTally | undefined
}

/** What is known of a job to be continued. */
export interface ContinuedJob {
  readonly name: string
  /** Undefined when no such job was created here. */
  readonly labelAttributeName: string | undefined
  readonly mode: string | undefined
  /** The batch that it labels. */
  readonly batch: string | undefined
  /** Whether that is the requested batch, and not an earlier one of the same name. */
  readonly isOfBatch: boolean
  /** Undefined when the service does not have it. */
  readonly status: JobStatus | undefined
  /** Lines of its input manifest; its output has as many. */
  readonly lines: number | undefined
  /** Objects that it has labeled, as the service counts them. */
  readonly labeled: number
}

/** Finds everything that is wrong with a job: the rules of the service, and what it would report only later. Pure. */
export function findJobIssues(options: JobOptions, facts: JobFacts): Issue[] {
  const issues = findOptionIssues(options)
  const others = [
    ...findNameIssues(facts),
    ...findRegionIssues(options, facts),
    ...findTeamIssues(options.workteamArn, facts.team, facts.config),
    ...findRoleIssues(options, facts),
    ...findContinuedIssues(options, facts),
    ...findObjectIssues(options, facts),
    ...findLabelIssues(facts),
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
  const message = `must be another name than "${job}": the service has a job "${existingJob}", and compares names without case`
  if (existingJob !== undefined) yield { at: 'path.job', message }
}

function* findRegionIssues({ mode }: JobOptions, { config, bucketRegion }: JobFacts): Generator<Issue> {
  const { region, bucket } = config
  if (!builtInFunctions(region, mode))
    yield { at: 'region', message: `must be one with box jobs: ${LABELING_REGIONS.join(', ')}, not ${region}` }
  if (typeof bucketRegion === 'object') yield { at: 'bucket', message: bucketRegion.unreachable }
  else if (bucketRegion !== region)
    yield { at: 'bucket', message: `must be in ${region}, where the job runs: s3://${bucket} is in ${bucketRegion}` }
}

function* findRoleIssues({ roleArn }: JobOptions, { config }: JobFacts): Generator<Issue> {
  const { account, labelingRoles } = config
  const at = 'body.roleArn'
  const allowed = labelingRoles.join(', ') || 'no role'
  const owner = ROLE_ARN.exec(roleArn)?.[1]
  if (labelingRoles.length === 0 && roleArn === '')
    yield { at, message: 'is missing, and this deployment has no default: deploy it with labelingRoles' }
  else if (owner === undefined || roleArn.length < 20 || roleArn.length > 2048)
    yield { at, message: `must be the ARN of a role, such as arn:aws:iam::${account}:role/<name>` }
  else if (owner !== account) yield { at, message: `must be a role of the account ${account}, not of ${owner}` }
  else if (!labelingRoles.includes(roleArn))
    yield { at, message: `must be left out, or a role that this deployment allows: ${allowed}` }
}

function* findContinuedIssues(options: JobOptions, { continued }: JobFacts): Generator<Issue> {
  if (!continued) return
  const at = 'body.continueFrom'
  const { name, labelAttributeName, mode, batch, isOfBatch, status } = continued
  if (labelAttributeName === undefined || status === undefined) {
    const why =
      labelAttributeName === undefined
        ? 'was not created here'
        : 'is unknown to the service, as its creation has not ended'
    yield { at, message: `must be an existing labeling job: "${name}" ${why}` }
    return
  }
  if (!isOfBatch) {
    const other = batch === options.batch ? `a batch "${batch}" that was deleted since` : `the batch "${batch}"`
    yield { at, message: `must be a job of this batch: "${name}" is a job of ${other}` }
  }
  if (!isFinalStatus(status)) yield { at, message: `must have ended: "${name}" is ${status}; stop it, or wait` }
  if (options.mode !== mode) yield { at: 'body.mode', message: `must be ${mode}, the mode of "${name}"` }
  if (options.labelAttributeName !== labelAttributeName)
    yield {
      at: 'body.labelAttributeName',
      message: `must be left out, or ${labelAttributeName}, the label attribute of "${name}"`,
    }
}

function* findObjectIssues(options: JobOptions, { batchIssue, tally, continued }: JobFacts): Generator<Issue> {
  const at = 'body.batch'
  if (batchIssue !== undefined) yield { at, message: batchIssue }
  if (!tally) {
    if (batchIssue === undefined && continued?.isOfBatch && continued.status && isFinalStatus(continued.status))
      yield {
        at: 'body.continueFrom',
        message: `must have results: those of "${continued.name}" are missing; the service writes them some minutes after the end`,
      }
    return
  }
  const { lines, sourceLines, alreadyLabeled, omissions, issues } = tally
  yield* issues
  if (issues.length >= MAX_ISSUES) yield { at: 'manifest', message: `was not checked after line ${lines}` }
  if (lines > MAX_OBJECTS) yield { at, message: `must have a manifest of at most ${MAX_OBJECTS} lines` }
  if (issues.length > 0 || lines > MAX_OBJECTS) return
  if (continued) yield* findResultIssues(continued, tally)
  else if (alreadyLabeled > 0)
    yield {
      at: 'body.labelAttributeName',
      message: `must be another name: ${alreadyLabeled} of ${lines} lines of the manifest have "${options.labelAttributeName}" already and would not be labeled`,
    }
  if (lines === 0 && (!continued || continued.lines === sourceLines))
    yield { at, message: `must have an image to label: ${explainNoLine(options.batch, omissions.report())}` }
}

/** Finds what is wrong with the results of the job to be continued. */
function* findResultIssues(
  { name, lines: inputLines, labeled }: ContinuedJob,
  { lines, sourceLines, alreadyLabeled }: LineTally,
): Generator<Issue> {
  const at = 'body.continueFrom'
  if (inputLines !== sourceLines) {
    yield {
      at,
      message: `must have unchanged results: the output of "${name}" has ${sourceLines} lines, its input ${inputLines}`,
    }
    return
  }
  if (alreadyLabeled < labeled)
    yield {
      at,
      message: `must have all results: ${alreadyLabeled} of the ${labeled} labels of "${name}" are written; try again in some minutes`,
    }
  if (lines > 0 && lines === alreadyLabeled)
    yield { at, message: `must have unlabeled images: "${name}" has none left` }
}

function* findLabelIssues({ labels, template }: JobFacts): Generator<Issue> {
  const at = 'body.batch'
  if (labels.length > MAX_LABELS)
    yield { at, message: `must have at most ${MAX_LABELS} classes for a labeling job, not ${labels.length}` }
  for (const label of labels)
    if (label.length > MAX_LABEL_CHARACTERS)
      yield {
        at,
        message: `must have class names of at most ${MAX_LABEL_CHARACTERS} characters: ${label.slice(0, 40)}… is longer`,
      }
  const duplicate = labels.find((label, index) => labels.indexOf(label) !== index)
  if (duplicate !== undefined) yield { at, message: `must have different class names: two are "${duplicate}"` }
  if (template.length > MAX_TEMPLATE_CHARACTERS)
    yield {
      at: 'body.instructions',
      message: `must be shorter: the page that workers see must have at most ${MAX_TEMPLATE_CHARACTERS} characters, not ${template.length}`,
    }
}
