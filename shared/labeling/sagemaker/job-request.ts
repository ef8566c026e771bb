import { builtInFunctions, type Mode } from '../../contracts/built-in-functions.ts'
import { AppError } from '../../contracts/errors.ts'
import type { JobRequest, Labeler } from '../../contracts/labeler.ts'
import type { LabelingJobRequest } from '../../contracts/labeling-job.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Config } from '../../platform/config.ts'
import { inputManifestKey, type JobPlace, labelCategoriesKey, outputUri, templateKey } from './job-files.ts'

/** A request with its defaults filled in, except for those that the labeling service has itself. */
export interface JobOptions extends LabelingJobRequest {
  readonly labelAttributeName: string
  readonly taskTitle: string
  readonly taskDescription: string
  readonly shortInstructions: string
  readonly fullInstructions: string
  readonly roleArn: string
}

const MAX_TITLE_CHARACTERS = 128

const TASKS: Readonly<Record<Mode, (what: string) => string>> = {
  draw: (what) => `Draw a box around every ${what}`,
  adjust: (what) => `Correct the boxes around every ${what}`,
  verify: (what) => `Check the boxes around every ${what}`,
}

const GUIDANCE: Readonly<Record<Mode, string>> = {
  draw: 'Draw each box close around the visible part of the object. Draw one box for each object, even where objects overlap. If the image shows none of the objects, submit it without a box.',
  adjust:
    'Some boxes are already drawn. Move, resize, add and delete boxes until each object has one box close around it, with the right class. If everything is right, submit the image as it is.',
  verify:
    'The boxes are correct if each object has one box close around it, with the right class, and nothing else has a box.',
}

/** The verdicts that workers choose from in the mode `verify`. */
const VERDICTS = ['correct', 'incorrect']

/** Returns the labels that workers choose from, in the order of their `class_id`: the requested classes, or verdicts. Pure. */
export const toLabels = (mode: Mode, classNames: readonly string[]): readonly string[] =>
  mode === 'verify' ? VERDICTS : classNames

/**
 * Fills in the defaults of a request. Pure.
 * @param continued label attribute of the job that is continued
 * @param roles ARNs of the roles that a job may run with; the first is the default
 */
export function withDefaults(
  request: LabelingJobRequest,
  classNames: readonly string[],
  continued: string | undefined,
  roles: readonly string[],
): JobOptions {
  const describeTask = TASKS[request.mode]
  const title = describeTask(joinNames(classNames))
  const guidance = GUIDANCE[request.mode]
  const shortTitle = describeTask(`object of the ${classNames.length} classes`)
  return {
    ...request,
    labelAttributeName: request.labelAttributeName ?? continued ?? 'labels',
    taskTitle: request.taskTitle ?? (isValidTitle(title) ? title : shortTitle),
    taskDescription: request.taskDescription ?? guidance,
    shortInstructions: request.instructions?.short ?? `${title}.`,
    fullInstructions: request.instructions?.full ?? `${guidance}\n\nClasses: ${classNames.join(', ')}.`,
    roleArn: request.roleArn ?? roles[0] ?? '',
  }
}

/** `Cat, Dog or Tree` */
function joinNames(names: readonly string[]): string {
  const last = names.at(-1) ?? 'object'
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`
}

/** Whether the service accepts a title. */
const isValidTitle = (title: string): boolean =>
  title.length <= MAX_TITLE_CHARACTERS && !/[^\t\n\r -\uD7FF\uE000-\uFFFD]/.test(title)

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
  if (existing?.inputManifestUri === request.inputManifestUri) return existing.arn
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
