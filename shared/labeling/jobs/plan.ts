import type { SelectedBatch } from '../../batches/record/store.ts'
import type { ObjectsFrom } from '../../contracts/labeling-job.ts'
import type { CompleteJobRequest } from '../../contracts/labeling-job-request.ts'
import type { Ports } from '../../platform/ports.ts'
import { defaultAttribute, type JobOptions, toLabels, withDefaults } from '../job-options.ts'
import { workerTemplate } from '../sagemaker/worker-template.ts'
import type { JobSource } from './earlier-source.ts'
import type { EngineNeeds } from './engine-jobs.ts'
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
import { loadJobContext } from './job-context.ts'
import { openSource } from './job-source.ts'
import { findGoldIssue } from './known-answers.ts'
import { findJobIssues, toPreflightError } from './preflight.ts'
import type { JobOmissions, LabelingJobState } from './state.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'files' | 'bucket' | 'workteams'>

/** A job that can be created, and everything it is made of. */
export interface PlannedJob {
  readonly state: LabelingJobState
  readonly options: JobOptions
  readonly objectsFrom: ObjectsFrom
  readonly omissions: JobOmissions
  readonly batch: SelectedBatch
  /** The page that workers see; undefined for a job of Groundwork's own engine. */
  readonly template: string | undefined
  /** Reads the lines of the input manifest; each call reads and checks them again. @throws AppError `preflight-failed` */
  lines(): AsyncIterable<string>
}

/** What is known of a job before its lines are stored. */
export interface JobOutline extends Pick<PlannedJob, 'options' | 'objectsFrom' | 'template'> {
  /** Undefined while the batch has still to be copied. */
  readonly omissions?: JobOmissions
  readonly state: Omit<LabelingJobState, 'batchId' | 'request' | 'state' | 'createdAt'>
}

/** How a job is planned. */
export interface PlanSettings {
  /** Whether a job runs without gold if nothing is known about its images, because nobody could know that when it was asked for. */
  readonly mayLackGold?: boolean
}

/**
 * Plans a job: loads what it depends on, checks everything at once, and returns what is to be written. Writes nothing.
 * @throws AppError `preflight-failed` with everything that is wrong; `conflict` when only the name is taken
 */
export async function planJob(
  job: string,
  request: CompleteJobRequest,
  ports: Needs,
  { mayLackGold = false }: PlanSettings = {},
): Promise<PlannedJob> {
  const { config } = ports
  const context = await loadJobContext(job, request, ports)
  const { batch, classNames, earlier } = context
  const labels = toLabels(request.mode, classNames)
  const source = await openSource(request, batch, earlier, ports)
  const attribute = context.continued?.labelAttributeName ?? defaultAttribute(request.mode, source?.attributes ?? [])
  const options = withDefaults(request, classNames, attribute, config.labelingRoles)
  const template = toTemplate(options, source?.priorAttribute)
  const rules = toLineRules(options, classNames, source?.priorAttribute, `s3://${config.bucket}/${config.dataPrefix}`)
  const tally = source && (await tallyLines(source.items(), rules))
  const goldIssue = request.gold && !mayLackGold ? await findGoldIssue(request, batch, ports) : undefined
  const service = context.service && template !== undefined ? { ...context.service, template } : undefined
  const issues = findJobIssues(options, { ...context, job, service, labels, goldIssue, tally })
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
      portalUrl: service?.team?.portalUrl,
      createdAt: ports.now().toISOString(),
    },
    options,
    objectsFrom: source.from,
    omissions,
    batch,
    template,
    lines: () => unchangedLines(source, rules, tally),
  }
}

/** Returns the page that workers of SageMaker see; undefined for a job of Groundwork's own engine. Pure. */
export const toTemplate = (options: JobOptions, priorAttribute: string | undefined): string | undefined =>
  options.engine === 'sagemaker' ? workerTemplate(options.mode, options, priorAttribute) : undefined

/** Reads the lines again. @throws AppError `preflight-failed` when they were replaced since they were checked */
async function* unchangedLines(source: JobSource, rules: LineRules, before: LineTally): AsyncGenerator<string> {
  const tally = emptyTally()
  yield* checkedLines(source.items(), rules, tally)
  if (isSameTally(tally, before)) return
  const changed = { at: 'body.batch', message: 'has a manifest that changed meanwhile; send the request again' }
  throw toPreflightError(tally.issues.length > 0 ? tally.issues : [changed])
}
