import { toS3Uri } from '../../batches/record/store.ts'
import { builtInFunctions } from '../../contracts/built-in-functions.ts'
import { AppError } from '../../contracts/errors.ts'
import type { JobRequest } from '../../contracts/labeler.ts'
import type { Config } from '../../platform/config.ts'
import { inputManifestKey, labelCategoriesKey, outputUri, templateKey } from '../jobs/job-files.ts'
import type { PlannedJob } from '../jobs/plan.ts'

/**
 * What the labeling service is asked for. Pure.
 * @throws AppError `preflight-failed` where the region has no box jobs
 */
export function toJobRequest(
  { state, options, recipe }: Pick<PlannedJob, 'state' | 'options' | 'recipe'>,
  config: Config,
): JobRequest {
  const functions = builtInFunctions(config.region, options.mode)
  if (!functions) throw new AppError('preflight-failed', `There are no box jobs in ${config.region}.`)
  const at = (key: string): string => toS3Uri(key, { config })
  return {
    job: state.job,
    labelAttributeName: options.labelAttributeName,
    inputManifestUri: at(inputManifestKey(state, { config })),
    outputUri: outputUri(state, { config }),
    labelCategoriesUri: at(labelCategoriesKey(state, { config })),
    templateUri: at(templateKey(state, { config })),
    roleArn: options.roleArn,
    workteamArn: options.workteamArn,
    ...functions,
    taskTitle: options.taskTitle,
    taskDescription: options.taskDescription,
    taskKeywords: options.taskKeywords,
    workersPerObject: options.workersPerObject,
    taskTimeLimitSeconds: options.taskTimeLimitSeconds,
    taskAvailabilitySeconds: options.taskAvailabilitySeconds,
    maxConcurrentTasks: options.maxConcurrentTasks,
    stoppingConditions: options.stoppingConditions,
    publicTaskPrice: options.publicTaskPrice,
    contentClassifiers: options.contentClassifiers,
    tags: { ...options.tags, 'groundwork:batch': state.batch, 'groundwork:recipe': recipe },
  }
}
