import { awaitAll } from '../../platform/await-all.ts'
import type { Ports } from '../../platform/ports.ts'
import { createWork, type NewWork } from '../engine/create-work.ts'
import { toStopRule } from '../engine/line-rules.ts'
import { inputManifestKey } from '../job-places.ts'
import { MAX_AVAILABILITY_SECONDS } from '../job-rules.ts'
import { createAtService, toJobRequest } from '../sagemaker/job-request.ts'
import { readImageSizes } from './image-sizes.ts'
import { readGold } from './known-answers.ts'
import type { PlannedJob } from './plan.ts'
import type { LabelingJobState } from './state.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'files' | 'copier' | 'labeler' | 'log' | 'now' | 'newId'>

/**
 * Starts a job at its engine, once its files are written.
 * @returns its ARN, if it is a job at SageMaker
 * @throws AppError as `createAtService` and `createWork` do. After `upstream-failed` and `upstream-timeout`, the job may exist
 */
export async function createAtEngine(
  state: LabelingJobState,
  plan: PlannedJob,
  ports: Needs,
): Promise<string | undefined> {
  const { options, batch } = plan
  if (state.request.engine !== 'groundwork') {
    const request = toJobRequest(state, { options, recipe: batch.recipe }, ports.config)
    return await createAtService(request, ports.labeler)
  }
  const [sizes, gold] = await awaitAll([
    readImageSizes(state.batch, batch, ports),
    options.gold && readGold(state.batch, batch, options.gold, ports),
  ])
  const work = await createWork(toNewWork(state, plan, { sizes, gold }, ports), ports)
  if (gold && !work.gold) ports.log.warn('labeling_job.without_gold', { job: state.job, batch: state.batch })
  return undefined
}

/** Returns a job as Groundwork's own engine creates it. Pure. */
const toNewWork = (
  { job, batch, labelAttributeName, labels, priorAttribute, createdAt }: LabelingJobState,
  { options }: PlannedJob,
  { sizes, gold }: Pick<NewWork, 'sizes' | 'gold'>,
  ports: Pick<Ports, 'config'>,
): NewWork => ({
  job,
  batch,
  mode: options.mode,
  labelAttributeName,
  labels,
  priorAttribute,
  title: options.taskTitle,
  description: options.taskDescription,
  instructions: { short: options.shortInstructions, full: options.fullInstructions },
  inputManifestKey: inputManifestKey({ job, batch }, ports),
  workersPerObject: options.workersPerObject,
  stopWhen: options.stopWhen && toStopRule(options.stopWhen),
  review: options.review,
  coverageCheck: options.coverageCheck,
  taskTimeLimitSeconds: options.taskTimeLimitSeconds,
  taskAvailabilitySeconds: options.taskAvailabilitySeconds ?? MAX_AVAILABILITY_SECONDS,
  stoppingConditions: options.stoppingConditions,
  createdAt,
  sizes,
  gold,
})
