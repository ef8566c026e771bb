import { toS3Uri } from '../../batches/record/store.ts'
import type { LabelingJobPreview, LabelingJobRequest, LabelingJobView } from '../../contracts/labeling-job.ts'
import type { Warning } from '../../contracts/warning.ts'
import type { Ports } from '../../platform/ports.ts'
import { allowsLabelingPages } from '../sagemaker/cors.ts'
import type { JobOptions } from '../sagemaker/job-options.ts'
import { toDollars } from '../sagemaker/service-rules.ts'
import { parseTeamKind } from '../sagemaker/workteam-arn.ts'
import { isLeased } from './claim.ts'
import { assertSameJob } from './create.ts'
import { getOwnJobView } from './get.ts'
import { inputManifestKey, outputManifestKey } from './job-files.ts'
import { findOwnJob } from './own-job.ts'
import { type JobOutline, planJob } from './plan.ts'
import type { LabelingJobState } from './state.ts'
import { findJob } from './store.ts'

const USUAL_CONCURRENCY = 1000

/** Whether a name is that of a job, or may become it any moment; else another request can take it. */
export const isTaken = async (state: LabelingJobState, ports: Ports): Promise<boolean> =>
  state.state === 'created' || isLeased(state, ports.now()) || (await findOwnJob(state, ports)) !== undefined

/**
 * What a request would come to, changing nothing: what the job would be, or the one that stands there already.
 * @throws AppError as creating it would
 */
export async function previewJob(
  job: string,
  request: LabelingJobRequest,
  ports: Ports,
): Promise<LabelingJobPreview | LabelingJobView> {
  const found = await findJob(job, ports)
  if (found && (await isTaken(found.value, ports))) {
    await assertSameJob(job, found.value, request, ports)
    return getOwnJobView(found.value, ports)
  }
  return toJobPreview(await planJob(job, request, ports), ports)
}

/** What a planned job would be. */
export async function toJobPreview(
  { state, options, objectsFrom, template }: JobOutline,
  ports: Ports,
): Promise<LabelingJobPreview> {
  const objects = state.lines - state.alreadyLabeled
  const tasks = objects * options.workersPerObject
  const { publicTaskPrice } = options
  return {
    objects,
    objectsFrom,
    alreadyLabeled: state.alreadyLabeled,
    tasks,
    ...(publicTaskPrice && { publicTaskCostUsd: Math.round(tasks * toDollars(publicTaskPrice) * 1000) / 1000 }),
    labels: state.labels,
    labelAttributeName: state.labelAttributeName,
    ...(state.priorAttribute !== undefined && { priorAttribute: state.priorAttribute }),
    inputManifestUri: toS3Uri(inputManifestKey(state, ports), ports),
    outputManifestUri: toS3Uri(outputManifestKey(state, ports), ports),
    ...(state.portalUrl !== undefined && { portalUrl: state.portalUrl }),
    addsCorsRule: !allowsLabelingPages(await ports.bucket.corsRules()),
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
  if (workersPerObject > 1 && parseTeamKind(workteamArn) === 'private')
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
