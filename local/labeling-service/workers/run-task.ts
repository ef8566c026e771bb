import { FileError, type Files } from '../files/s3-files.ts'
import { parseS3Location } from '../files/s3-location.ts'
import { clampToImage, type ImageSize, type LabeledBox } from '../objects/boxes.ts'
import { readImageSize } from '../objects/image.ts'
import type { ManifestLine } from '../objects/manifest-line.ts'
import { priorBoxes } from '../objects/prior-boxes.ts'
import { consolidateLabel, expiredReason, failedLabel, type Label } from '../output/label.ts'
import { checkPage } from '../page/check-page.ts'
import { PageError } from '../page/page-error.ts'
import type { Template } from '../page/template.ts'
import type { TaskType } from '../rules/task-type.ts'
import { hashRandom, simulateAnswers, type WorkerAnswer } from './answers.ts'
import type { WorkerErrorRates } from './error-rates.ts'
import type { KnownBoxes } from './known-boxes.ts'

/** The labeling task for one data object of a job. */
export interface LabelingTask {
  readonly job: string
  readonly taskType: TaskType
  readonly labels: readonly string[]
  readonly template: Template
  /** Number of workers who receive the task. */
  readonly workers: number
  /** Line number in the manifest, from 0: the `datasetObjectId` of the service. */
  readonly at: number
  readonly line: ManifestLine
  /** Time of the answers in milliseconds since 1970. */
  readonly time: number
}

/** What all tasks of a step share. */
export interface TaskContext {
  readonly files: Pick<Files, 'start'>
  /** Whether browsers may load images of this bucket. */
  readonly allowsPages: (bucket: string) => Promise<boolean>
  readonly errorRates: WorkerErrorRates
  readonly knownBoxes: KnownBoxes | undefined
}

/** The result of a task. Without answers the object failed. */
export interface TaskResult {
  readonly label: Label
  readonly answers?: TaskAnswers
}

export interface TaskAnswers {
  readonly image: ImageSize
  /** Name of the crowd element in the worker page. */
  readonly element: string
  readonly answers: readonly WorkerAnswer[]
}

/** Simulates the workers of a task and consolidates their answers. An error that concerns only this object fails it. */
export async function runTask(task: LabelingTask, context: TaskContext): Promise<TaskResult> {
  try {
    const answers = await collectAnswers(task, context)
    if (typeof answers === 'string') return { label: failedLabel(answers) }
    return { label: consolidateLabel(answers.answers, { ...task, image: answers.image, at: task.time }), answers }
  } catch (error) {
    if (error instanceof PageError) return { label: failedLabel(expiredReason(`The page is broken: ${error.message}`)) }
    if (error instanceof FileError)
      return { label: failedLabel(expiredReason(`The image is broken: ${error.message}`)) }
    throw error
  }
}

/** Returns the answers of the workers, or the failure reason of the object. */
async function collectAnswers(task: LabelingTask, context: TaskContext): Promise<TaskAnswers | string> {
  const { job, taskType, labels, template, line, at, workers } = task
  const { errorRates } = context
  if (taskType !== 'draw' && priorBoxes(line).length === 0)
    return 'ClientError: The line has no boxes with a class map.'
  const page = checkPage(template.render({ line, labels }), { taskType, labels, line })
  const bucket = parseS3Location(line['source-ref'])?.bucket ?? ''
  if (!(await context.allowsPages(bucket)))
    return expiredReason(`The CORS rules of ${bucket} do not let workers' browsers load the image.`)
  const image = await readImageSize(line['source-ref'], context.files)
  const random = hashRandom(job.toLowerCase(), at)
  if (random() < errorRates.expired) return expiredReason('TaskAvailabilityLifetimeInSeconds may be too small.')
  if (random() < errorRates.failed) return 'ClientError: The answers could not be consolidated.'
  const truth = await readTruth(task, image, context.knownBoxes)
  const view = { image, labels, truth, shown: page.boxes }
  const answers = simulateAnswers(taskType, view, { job, line: at }, workers, errorRates)
  return answers.length > 0 ? { image, element: page.name, answers } : expiredReason('All workers declined.')
}

/** Returns the known boxes in pixels. Boxes with other labels are excluded, except in verification tasks. */
async function readTruth(
  { taskType, labels, line }: LabelingTask,
  image: ImageSize,
  knownBoxes: KnownBoxes | undefined,
): Promise<readonly LabeledBox[] | undefined> {
  const known = await knownBoxes?.(line['source-ref'])
  return known
    ?.filter(({ label }) => taskType === 'verify' || labels.includes(label))
    .map(({ label, left, top, width, height }) =>
      clampToImage(
        {
          label,
          left: left * image.width,
          top: top * image.height,
          width: width * image.width,
          height: height * image.height,
        },
        image,
      ),
    )
}
