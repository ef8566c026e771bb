import type { LabelingJobPreview, LabelingJobView } from '../../contracts/labeling-job.ts'
import { completeRequest, type LabelingJobRequest } from '../../contracts/labeling-job-request.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Warning } from '../../contracts/warning.ts'
import { findOmissionWarnings } from '../../manifests/input/omissions.ts'
import { awaitAll } from '../../platform/await-all.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { allowsPages } from '../../platform/storage/pages-cors.ts'
import type { CorsRule } from '../../platform/storage/ports.ts'
import type { JobOptions } from '../job-options.ts'
import { inputManifestKey, outputManifestKey } from '../job-places.ts'
import { toDollars } from '../sagemaker/limits.ts'
import { parseTeamKind } from '../sagemaker/workteams.ts'
import { assertSameJob } from './create.ts'
import type { EngineNeeds } from './engine-jobs.ts'
import { getOwnJobView } from './get.ts'
import { findOwnJob } from './own-job.ts'
import { type JobOutline, planJob } from './plan.ts'
import { recoverState } from './rebuild.ts'
import type { JobOmissions, LabelingJobState } from './state.ts'
import { findJob, isLeased } from './store.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'files' | 'bucket' | 'workteams'>

/** The quota of an account that has not requested more. */
const DEFAULT_CONCURRENT_TASKS = 1000

/** Whether a name is that of a job or may become it at any moment. Otherwise another request can take the name. */
export const isTaken = async (state: LabelingJobState, ports: EngineNeeds & Pick<Ports, 'config'>): Promise<boolean> =>
  state.state === 'created' || isLeased(state, ports.now()) || (await findOwnJob(state, ports)) !== undefined

/**
 * Previews a job: does all checks, writes nothing (dry run). Returns the job itself where it exists already.
 * @throws AppError as `createJob` does
 */
export async function previewJob(
  job: string,
  sent: LabelingJobRequest,
  ports: Needs,
): Promise<LabelingJobPreview | LabelingJobView> {
  const request = completeRequest(sent)
  const found = await readOrCorrupt(findJob(job, ports))
  const state = found instanceof CorruptStateError ? await recoverState(job, request, ports) : found?.value
  if (state && (await isTaken(state, ports))) {
    await assertSameJob(job, state, request, ports)
    return getOwnJobView(state, ports)
  }
  // What is wrong with the request is reported first.
  const [plan, corsRules] = await awaitAll([planJob(job, request, ports), ports.bucket.corsRules()])
  return { ...toJobPreview(plan, corsRules, ports), ...plan.omissions }
}

/** Returns the preview of a planned job, without the images that it leaves out. Pure. @param corsRules of the working bucket */
export function toJobPreview(
  { state, options, objectsFrom, omissions, template }: JobOutline,
  corsRules: readonly CorsRule[],
  ports: Pick<Ports, 'config'>,
): Omit<LabelingJobPreview, keyof JobOmissions> {
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
    addsCorsRule: !allowsPages(corsRules),
    ...(template !== undefined && { template }),
    warnings: [
      ...(omissions ? findOmissionWarnings(omissions) : []),
      ...findWorkerWarnings(options),
      ...findServiceWarnings(options),
    ],
  }
}

/** Finds what may surprise about a job that needs more people than there are; of Groundwork's own engine. */
function findWorkerWarnings({ engine, workersPerObject, stopWhen, coverageCheck }: JobOptions): Warning[] {
  const workers = workersPerObject + (coverageCheck ? 1 : 0)
  if (engine !== 'groundwork' || workers === 1) return []
  const needs = `Each object ${stopWhen ? 'may need' : 'needs'} ${workers} different workers`
  const message = `${needs}${coverageCheck ? ', one of whom checks the label' : ''}. If fewer label, objects stay open until the job is stopped or its time is over.`
  return [{ code: 'several-workers', message }]
}

/** Finds what may surprise about a job at SageMaker. */
function findServiceWarnings({
  engine,
  workersPerObject,
  workteamArn = '',
  maxConcurrentTasks = 0,
  mode,
  continueFrom,
}: JobOptions): Warning[] {
  const warnings: Warning[] = []
  if (engine !== 'sagemaker') return warnings
  if (workersPerObject > 1 && parseTeamKind(workteamArn) === 'private')
    warnings.push({
      code: 'several-workers',
      message: `Each object needs ${workersPerObject} different workers. If the team has fewer, objects stay open until they expire, and the job does not end before.`,
    })
  if (maxConcurrentTasks > DEFAULT_CONCURRENT_TASKS)
    warnings.push({
      code: 'high-concurrency',
      message: `More than ${DEFAULT_CONCURRENT_TASKS} concurrent tasks need an increased quota of the AWS account.`,
    })
  if (mode === 'verify')
    warnings.push({
      code: 'experimental',
      message: 'AWS publishes no complete template for verification. Try it with a few images first.',
    })
  if (mode !== 'draw' && continueFrom !== undefined)
    warnings.push({
      code: 'experimental',
      message:
        'AWS documents only for drawing that labeled objects are not labeled again. Try it with a few images first.',
    })
  return warnings
}
