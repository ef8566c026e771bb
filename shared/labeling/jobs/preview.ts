import { uriOf } from '../../batches/record/store.ts'
import type { LabelingJobOutlook, LabelingJobRequest, LabelingJobView } from '../../contracts/labeling-job.ts'
import type { Warning } from '../../contracts/warning.ts'
import type { Ports } from '../../platform/ports.ts'
import { letsPagesRead } from '../sagemaker/cors.ts'
import type { JobOptions } from '../sagemaker/job-options.ts'
import { dollarsOf } from '../sagemaker/service-rules.ts'
import { kindOfTeam } from '../sagemaker/workteam-arn.ts'
import { isHeld } from './claim.ts'
import { refuseOtherJob } from './create.ts'
import { describeOwn } from './get.ts'
import { inputManifestKey, outputManifestKey } from './job-files.ts'
import { findOwn } from './own-job.ts'
import { type OutlinedJob, planJob } from './plan.ts'
import type { LabelingJobState } from './state.ts'
import { findJob } from './store.ts'

const USUAL_CONCURRENCY = 1000

/** Whether a name is that of a job, or may become it any moment; else another request can take it. */
export const stands = async (state: LabelingJobState, ports: Ports): Promise<boolean> =>
  state.state === 'created' || isHeld(state, ports.now()) || (await findOwn(state, ports)) !== undefined

/**
 * What a request would come to, changing nothing: what the job would be, or the one that stands there already.
 * @throws AppError as creating it would
 */
export async function outlookOfJob(
  job: string,
  request: LabelingJobRequest,
  ports: Ports,
): Promise<LabelingJobOutlook | LabelingJobView> {
  const found = await findJob(job, ports)
  if (found && (await stands(found.value, ports))) {
    await refuseOtherJob(job, found.value, request, ports)
    return describeOwn(found.value, ports)
  }
  return outlookOf(await planJob(job, request, ports), ports)
}

/** What a planned job would be. */
export async function outlookOf(
  { state, options, objectsFrom, template }: OutlinedJob,
  ports: Ports,
): Promise<LabelingJobOutlook> {
  const objects = state.lines - state.alreadyLabeled
  const tasks = objects * options.workersPerObject
  const { publicTaskPrice } = options
  return {
    objects,
    objectsFrom,
    alreadyLabeled: state.alreadyLabeled,
    tasks,
    ...(publicTaskPrice && { publicTaskCostUsd: Math.round(tasks * dollarsOf(publicTaskPrice) * 1000) / 1000 }),
    labels: state.labels,
    labelAttributeName: state.labelAttributeName,
    ...(state.priorAttribute !== undefined && { priorAttribute: state.priorAttribute }),
    inputManifestUri: uriOf(inputManifestKey(state, ports), ports),
    outputManifestUri: uriOf(outputManifestKey(state, ports), ports),
    ...(state.portalUrl !== undefined && { portalUrl: state.portalUrl }),
    addsCorsRule: !letsPagesRead(await ports.bucket.corsRules()),
    template,
    warnings: warningsOf(options),
  }
}

function warningsOf({
  workersPerObject,
  workteamArn,
  maxConcurrentTasks = 0,
  mode,
  continueFrom,
}: JobOptions): Warning[] {
  const warnings: Warning[] = []
  if (workersPerObject > 1 && kindOfTeam(workteamArn) === 'private')
    warnings.push({
      code: 'several-workers',
      message: `Each object waits for ${workersPerObject} different workers: with fewer in the team it waits until its time is over, and the job with it.`,
    })
  if (maxConcurrentTasks > USUAL_CONCURRENCY)
    warnings.push({
      code: 'high-concurrency',
      message: `More than ${USUAL_CONCURRENCY} objects at a time may be given only to accounts that have asked for it.`,
    })
  if (mode === 'verify')
    warnings.push({
      code: 'experimental',
      message: 'The service publishes no full template for verification: try it with few images first.',
    })
  if (mode !== 'draw' && continueFrom !== undefined)
    warnings.push({
      code: 'experimental',
      message:
        'That the service leaves labeled objects alone is documented for drawing only: try it with few images first.',
    })
  return warnings
}
