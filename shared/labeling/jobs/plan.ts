import { AppError, type Issue } from '../../contracts/errors.ts'
import { isFinalStatus } from '../../contracts/labeler.ts'
import type { LabelingJobRequest, ObjectsFrom } from '../../contracts/labeling-job.ts'
import { toProblemErrors } from '../../platform/http/request-issues.ts'
import type { Ports } from '../../platform/ports.ts'
import { type JobOptions, withDefaults } from '../sagemaker/job-options.ts'
import { toLabels } from '../sagemaker/label-categories.ts'
import { workerTemplate } from '../sagemaker/worker-template.ts'
import { checkedLines, emptyTally, type LineRules, type LineTally } from './input-lines.ts'
import { type JobContext, loadJobContext } from './job-context.ts'
import { type JobSource, openBatchSource, openJobSource } from './job-source.ts'
import { findJobIssues } from './preflight.ts'
import type { LabelingJobState } from './state.ts'

/** A job that can be made, and all that it is made of. */
export interface PlannedJob {
  readonly state: LabelingJobState
  readonly options: JobOptions
  readonly objectsFrom: ObjectsFrom
  readonly recipe: string
  readonly template: string
  /** The lines of its input manifest; each call reads and checks them anew. @throws AppError `preflight-failed` */
  lines(): AsyncIterable<string>
}

/** As much of a job as can be told of it before its lines are there. */
export interface JobOutline extends Pick<PlannedJob, 'options' | 'objectsFrom' | 'template'> {
  readonly state: Omit<LabelingJobState, 'batchId' | 'request' | 'state' | 'createdAt'>
}

/**
 * Does all checks of a request. Changes nothing.
 * @throws AppError `preflight-failed` with everything that is wrong; `conflict` when that is only the name
 */
export async function planJob(job: string, request: LabelingJobRequest, ports: Ports): Promise<PlannedJob> {
  const { config } = ports
  const around = await loadJobContext(job, request, ports)
  const { batch, classNames } = around
  const options = withDefaults(request, classNames, around.continued?.labelAttributeName, config.labelingRoles)
  const labels = toLabels(request.mode, classNames)
  const source = await findSource(request, around, ports)
  const template = workerTemplate(request.mode, options, source?.priorAttribute)
  const rules = rulesOf(options, classNames, source?.priorAttribute, `s3://${config.bucket}/${config.dataPrefix}`)
  const tally = source && (await tallyOf(source, rules))
  const faults = findJobIssues(options, { ...around, job, config, labels, template, tally })
  if (faults.length > 0 || !batch || !tally || !source) throw toPreflightError(faults)
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
      portalUrl: around.team?.portalUrl,
      createdAt: ports.now().toISOString(),
    },
    options,
    objectsFrom: source.from,
    recipe: batch.recipe,
    template,
    lines: () => sameLines(source, rules, tally),
  }
}

/** Undefined where the batch, or the job to be continued, is not as it must be. */
async function findSource(
  { batch: name, mode, continueFrom }: LabelingJobRequest,
  { batch, previous }: JobContext,
  ports: Ports,
): Promise<JobSource | undefined> {
  if (!batch) return undefined
  if (continueFrom === undefined) return openBatchSource(name, batch, mode, ports)
  const isOver = previous?.state.batchId === batch.batchId && previous.live && isFinalStatus(previous.live.status)
  return isOver ? openJobSource(previous, ports) : undefined
}

const rulesOf = (
  { labelAttributeName, continueFrom, mode }: JobOptions,
  classNames: readonly string[],
  priorAttribute: string | undefined,
  imagesIn: string,
): LineRules => ({
  imagesIn,
  labelAttributeName,
  continues: continueFrom !== undefined,
  ...(priorAttribute !== undefined && {
    prior: { attribute: priorAttribute, classNames: mode === 'adjust' ? classNames : undefined },
  }),
})

async function tallyOf(source: JobSource, rules: LineRules): Promise<LineTally> {
  const tally = emptyTally()
  try {
    for await (const _ of checkedLines(source.lines(), rules, tally));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'bad-source') throw error
    tally.faults.push({ at: 'manifest', message: error.message })
  }
  return tally
}

/** The lines once more; what was looked at may have been replaced since. */
async function* sameLines(source: JobSource, rules: LineRules, before: LineTally): AsyncGenerator<string> {
  const tally = emptyTally()
  yield* checkedLines(source.lines(), rules, tally)
  const isSame = tally.lines === before.lines && tally.alreadyLabeled === before.alreadyLabeled
  if (isSame && tally.faults.length === 0) return
  const changed = { at: 'body.batch', message: 'its manifest was written anew in between; send the request again' }
  throw toPreflightError(tally.faults.length > 0 ? tally.faults : [changed])
}

/** The error that tells all faults of a job. */
export function toPreflightError(faults: readonly Issue[]): AppError {
  const { detail, errors } = toProblemErrors(faults)
  const isOnlyName = faults.every(({ at }) => at === 'path.job')
  return new AppError(isOnlyName ? 'conflict' : 'preflight-failed', detail, errors)
}
