import { builtInFunctions } from '../../contracts/built-in-functions.ts'
import { AppError } from '../../contracts/errors.ts'
import type { JobRequest, Labeler } from '../../contracts/labeler.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Config } from '../../platform/config.ts'
import type { JobOptions } from '../job-options.ts'
import { inputManifestKey, type JobPlace, outputUri } from '../job-places.ts'
import { labelCategoriesKey, templateKey } from './job-files.ts'

/**
 * Returns the request that creates a job at the labeling service. Pure.
 * @throws AppError `preflight-failed` when the service has no functions for box jobs in the region
 */
export function toJobRequest(
  place: JobPlace,
  { options, recipe }: { readonly options: JobOptions; readonly recipe: string },
  config: Config,
): JobRequest {
  const functions = builtInFunctions(config.region, options.mode)
  if (!functions)
    throw new AppError('preflight-failed', `The labeling service does not offer box jobs in ${config.region}.`)
  const uriAt = (key: string): string => toS3Uri(key, { config })
  return {
    job: place.job,
    labelAttributeName: options.labelAttributeName,
    inputManifestUri: uriAt(inputManifestKey(place, { config })),
    outputUri: outputUri(place, { config }),
    labelCategoriesUri: uriAt(labelCategoriesKey(place, { config })),
    templateUri: uriAt(templateKey(place, { config })),
    roleArn: options.roleArn ?? '',
    workteamArn: options.workteamArn ?? '',
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
    tags: { ...options.tags, 'groundwork:batch': place.batch, 'groundwork:recipe': recipe },
  }
}

/**
 * Creates a job at the labeling service.
 * @returns its ARN
 * @throws AppError `preflight-failed` when the service refuses the job, `conflict` when the name is taken,
 *   `quota-reached`; `upstream-failed` and `upstream-timeout`, after which the job may have been created
 */
export async function createAtService(request: JobRequest, labeler: Labeler): Promise<string> {
  const answer = await labeler.create(request).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'quota-reached') return error
    throw error
  })
  if (typeof answer === 'object' && 'arn' in answer) return answer.arn
  // The SDK repeats a request that it got no answer for, and the repeated one is refused because the first succeeded.
  const existing = await labeler.describe(request.job)
  if (existing?.inputManifestUri === request.inputManifestUri) return existing.arn ?? ''
  if (answer instanceof AppError) throw answer
  if (answer !== 'name-taken') {
    const message = `was refused by the labeling service: ${answer.refused}`
    throw new AppError('preflight-failed', `body: ${message}`, [{ at: 'body', message }])
  }
  if (!existing)
    throw new AppError(
      'upstream-failed',
      `The labeling service says that "${request.job}" exists, but does not find it.`,
    )
  const message = `must be another name: the service has a job "${existing.job}", which was not created here`
  throw new AppError('conflict', `path.job: ${message}.`, [{ at: 'path.job', message }])
}
