import { findBatch, type SelectedBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { LabelingJobRequest, ObjectsFrom } from '../../contracts/labeling-job.ts'
import { batchStatus } from '../../copying/batch-status.ts'
import type { Ports } from '../../platform/ports.ts'
import { explainEmpty } from '../../selection/outcome.ts'
import { type JobOptions, toLabels, withDefaults } from '../sagemaker/job-request.ts'
import { workerTemplate } from '../sagemaker/worker-template.ts'
import { findOwnTeam } from '../sagemaker/workteams.ts'
import { findBatchIssue } from './batch-issue.ts'
import {
  checkedLines,
  emptyTally,
  isSameTally,
  type LineRules,
  type LineTally,
  tallyLines,
  toLineRules,
  toOmissions,
} from './input-lines.ts'
import { type JobSource, openSource, type PreviousJob } from './job-source.ts'
import { findOwnJob } from './own-job.ts'
import { type ContinuedJob, findJobIssues, type JobFacts, toPreflightError } from './preflight.ts'
import type { JobOmissions, LabelingJobState } from './state.ts'
import { findJob } from './store.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'bucket' | 'labeler' | 'workteams' | 'now'>

/** A job that can be created, and everything it is made of. */
export interface PlannedJob {
  readonly state: LabelingJobState
  readonly options: JobOptions
  readonly objectsFrom: ObjectsFrom
  readonly omissions: JobOmissions
  readonly recipe: string
  readonly template: string
  /** Reads the lines of the input manifest; each call reads and checks them again. @throws AppError `preflight-failed` */
  lines(): AsyncIterable<string>
}

/** What is known of a job before its lines are stored. */
export interface JobOutline extends Pick<PlannedJob, 'options' | 'objectsFrom' | 'template'> {
  /** Undefined while the batch has still to be copied. */
  readonly omissions?: JobOmissions
  readonly state: Omit<LabelingJobState, 'batchId' | 'request' | 'state' | 'createdAt'>
}

/**
 * Plans a job: loads what it depends on, checks everything at once, and returns what is to be written. Writes nothing.
 * @throws AppError `preflight-failed` with everything that is wrong; `conflict` when only the name is taken
 */
export async function planJob(job: string, request: LabelingJobRequest, ports: Needs): Promise<PlannedJob> {
  const { config } = ports
  const context = await loadJobContext(job, request, ports)
  const { batch, classNames, previous } = context
  const options = withDefaults(request, classNames, context.continued?.labelAttributeName, config.labelingRoles)
  const labels = toLabels(request.mode, classNames)
  const source = await openSource(request, batch, previous, ports)
  const template = workerTemplate(request.mode, options, source?.priorAttribute)
  const rules = toLineRules(options, classNames, source?.priorAttribute, `s3://${config.bucket}/${config.dataPrefix}`)
  const tally = source && (await tallyLines(source.items(), rules))
  const issues = findJobIssues(options, { ...context, job, config, labels, template, tally })
  if (issues.length > 0 || !batch || !tally || !source) throw toPreflightError(issues)
  const omissions = toOmissions(tally)
  return {
    state: {
      job,
      batch: request.batch,
      batchId: batch.batchId,
      request,
      state: 'creating',
      labelAttributeName: options.labelAttributeName,
      labels: [...labels],
      priorAttribute: source.priorAttribute,
      lines: tally.lines,
      alreadyLabeled: tally.alreadyLabeled,
      omissions,
      portalUrl: context.team?.portalUrl,
      createdAt: ports.now().toISOString(),
    },
    options,
    objectsFrom: source.from,
    omissions,
    recipe: batch.recipe,
    template,
    lines: () => unchangedLines(source, rules, tally),
  }
}

/** Reads the lines again. @throws AppError `preflight-failed` when they were replaced since they were checked */
async function* unchangedLines(source: JobSource, rules: LineRules, before: LineTally): AsyncGenerator<string> {
  const tally = emptyTally()
  yield* checkedLines(source.items(), rules, tally)
  if (isSameTally(tally, before)) return
  const changed = { at: 'body.batch', message: 'has a manifest that changed meanwhile; send the request again' }
  throw toPreflightError(tally.issues.length > 0 ? tally.issues : [changed])
}

type ServiceContext = Pick<JobFacts, 'bucketRegion' | 'team' | 'existingJob'> & {
  /** The job to be continued, if it was created here. */
  readonly previous: PreviousJob | undefined
}

interface JobContext extends ServiceContext, Pick<JobFacts, 'batchIssue' | 'continued'> {
  /** Undefined where the batch cannot be labeled. */
  readonly batch: SelectedBatch | undefined
  /** The classes of the batch, even where it cannot be labeled yet. */
  readonly classNames: readonly string[]
}

/** Loads what a job depends on: its batch, and what {@link loadServiceContext} loads. */
async function loadJobContext(job: string, request: LabelingJobRequest, ports: Needs): Promise<JobContext> {
  const [found, service] = await Promise.all([findBatch(request.batch, ports), loadServiceContext(job, request, ports)])
  const state = found?.value
  const selection = state?.selection
  const status = state && (await batchStatus(request.batch, state, ports))
  const batchIssue =
    state && selection?.imageCount === 0
      ? `must have images: "${request.batch}" is empty, as ${explainEmpty(state.criteria)}`
      : findBatchIssue(request.batch, status, state?.problem?.detail)
  return {
    ...service,
    batchIssue,
    batch: batchIssue === undefined && selection ? { ...state, selection } : undefined,
    classNames: state?.criteria.classes.map(({ className }) => className) ?? [],
    continued: toContinuedJob(request.continueFrom, service.previous, state?.batchId),
  }
}

/** Loads what a job depends on apart from its batch, with one request each, at the same time. */
export async function loadServiceContext(
  job: string,
  request: LabelingJobRequest,
  ports: Needs,
): Promise<ServiceContext> {
  const [bucketRegion, team, existing, previous] = await Promise.all([
    readBucketRegion(ports),
    findOwnTeam(request.workteamArn, ports),
    ports.labeler.describe(job),
    findPreviousJob(request.continueFrom, ports),
  ])
  return { bucketRegion, team, existingJob: existing?.job, previous }
}

async function readBucketRegion({ bucket }: Pick<Ports, 'bucket'>): Promise<JobFacts['bucketRegion']> {
  return await bucket.region().catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'preflight-failed') return { unreachable: error.message }
    throw error
  })
}

/** Loads the job to be continued; undefined when none is, or it was not created here. */
export async function findPreviousJob(
  job: string | undefined,
  ports: Pick<Ports, 'config' | 'objects' | 'labeler'>,
): Promise<PreviousJob | undefined> {
  const found = job === undefined ? undefined : await findJob(job, ports)
  return found && { state: found.value, live: await findOwnJob(found.value, ports) }
}

/** Returns what is known of the job to be continued. Pure. */
function toContinuedJob(
  name: string | undefined,
  previous: PreviousJob | undefined,
  batchId: string | undefined,
): ContinuedJob | undefined {
  if (name === undefined) return undefined
  const { state, live } = previous ?? {}
  return {
    name,
    labelAttributeName: state?.labelAttributeName,
    mode: state?.request.mode,
    batch: state?.batch,
    isOfBatch: state !== undefined && state.batchId === batchId,
    status: live?.status,
    lines: state?.lines,
    labeled: live?.counters.labeled ?? 0,
  }
}
