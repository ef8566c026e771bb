import * as z from 'zod'
import { BatchName } from './batch-name.ts'
import { MODES } from './built-in-functions.ts'
import { Count, S3Uri, WebUrl } from './fields.ts'
import { instant } from './instant.ts'
import { JobName } from './job-name.ts'
import { ENGINES, type Engine, JOB_STATUSES } from './labeler.ts'
import { JobProgressFields } from './labeling-progress.ts'
import { JobOmissionFields } from './omitted-image.ts'
import { ResourceName } from './resource-name.ts'
import { unreadableItem } from './unreadable.ts'
import { Warning } from './warning.ts'

/** Converts -0 to 0, as JSON does, so that a stored request equals the original. */
const Numeral = z.number().overwrite((value) => value + 0)

/**
 * The body of `PUT /v1/labeling-jobs/{job}`. The schema checks types only. Preflight checks the rules of the engine
 * together with everything else, so that one response reports all issues.
 */
export const LabelingJobRequest = z
  .strictObject({
    batch: BatchName.describe('The batch whose images are labeled'),
    engine: z
      .enum(ENGINES)
      .optional()
      .describe(
        'Who gives the images to people: `groundwork` itself, or Amazon SageMaker Ground Truth (`sagemaker`). By default `sagemaker` with a `workteamArn`, otherwise `groundwork`',
      ),
    workteamArn: z
      .string()
      .optional()
      .describe(
        'Work team that labels: one of `GET /v1/workteams`, or a vendor or public team. Required by SageMaker, which alone has work teams',
      ),
    labelAttributeName: z
      .string()
      .optional()
      .describe(
        'Key of the labels in the output manifest. By default that of the continued job, otherwise `labels`; where the images have `labels` already, `adjusted` or `verified`',
      ),
    mode: z.enum(MODES).default('draw').describe('`draw` boxes, `adjust` existing ones, or `verify` them'),
    boxesFrom: z
      .union([
        z.literal('open-images').meta({ id: 'OpenImagesBoxes', description: 'The boxes of Open Images.' }),
        z
          .strictObject({ job: JobName.describe('A job on the same batch that has ended') })
          .meta({ id: 'BoxesOfJob', description: 'The boxes that another job has drawn or adjusted.' }),
      ])
      .optional()
      .describe(
        'The boxes to adjust or to verify: those of `open-images`, or those that another job has drawn or adjusted. By default those of the manifest, or of Open Images where it has none',
      ),
    continueFrom: JobName.optional().describe('A job that has ended; the new job labels what it left unlabeled'),
    taskTitle: z.string().optional().describe('Title that workers see in the list of tasks'),
    taskDescription: z.string().optional().describe('Description that workers see in the list of tasks'),
    taskKeywords: z
      .array(z.string())
      .optional()
      .describe('Keywords by which workers find the tasks; for SageMaker only'),
    instructions: z
      .strictObject({ short: z.string().optional(), full: z.string().optional() })
      .optional()
      .describe('Instructions for workers, as plain text'),
    workersPerObject: Numeral.optional().describe(
      'Workers that label each image: 1 to 9. By default 1, and 5 for a job at SageMaker',
    ),
    taskTimeLimitSeconds: Numeral.default(300).describe('Seconds that a worker has for a task'),
    taskAvailabilitySeconds: Numeral.optional().describe(
      'Seconds that the tasks are available to workers. By default 30 days; SageMaker has defaults of its own',
    ),
    maxConcurrentTasks: Numeral.optional().describe(
      'Maximum number of tasks that workers have at the same time; for SageMaker only',
    ),
    stoppingConditions: z
      .strictObject({
        maxHumanLabeledObjects: Numeral.optional().describe('Objects that people label before the job stops'),
        maxPercentageLabeled: Numeral.optional().describe(
          'Percentage of the objects that is labeled before the job stops',
        ),
      })
      .optional()
      .describe('Conditions that end the job early'),
    publicTaskPrice: z
      .strictObject({
        dollars: Numeral.optional().describe('Whole US dollars'),
        cents: Numeral.optional().describe('Whole cents'),
        tenthFractionsOfACent: Numeral.optional().describe('Tenths of a cent'),
      })
      .optional()
      .describe(
        'Price of a task, the sum of the three; required for the public work team of SageMaker, not allowed for others',
      ),
    contentClassifiers: z
      .array(z.string())
      .optional()
      .describe('Content classifiers; required for the public work team of SageMaker, for SageMaker only'),
    roleArn: z
      .string()
      .optional()
      .describe('ARN of the role that SageMaker assumes; one that the deployment allows. For SageMaker only'),
    tags: z.record(z.string(), z.string()).optional().describe('AWS tags of the job; for SageMaker only'),
  })
  .meta({
    id: 'LabelingJobRequest',
    description: 'The request for a labeling job. All issues are reported in one response.',
  })
export type LabelingJobRequest = z.infer<typeof LabelingJobRequest>

/** A request with the defaults that depend on its engine. */
export type CompleteJobRequest = LabelingJobRequest & { readonly engine: Engine; readonly workersPerObject: number }

const DEFAULT_WORKERS: Readonly<Record<Engine, number>> = { groundwork: 1, sagemaker: 5 }

/** Fills in the engine, and the defaults that depend on it. Pure. */
export function completeRequest<Request extends Partial<LabelingJobRequest>>(
  request: Request,
): Request & Pick<CompleteJobRequest, 'engine' | 'workersPerObject'> {
  const engine = request.engine ?? (request.workteamArn === undefined ? 'groundwork' : 'sagemaker')
  return { ...request, engine, workersPerObject: request.workersPerObject ?? DEFAULT_WORKERS[engine] }
}

export const Counters = z
  .object({
    total: Count.describe('Objects that the job has to label'),
    labeled: Count.describe('Labeled by people or automatically'),
    humanLabeled: Count.describe('Labeled by people'),
    machineLabeled: Count.describe('Labeled automatically by the service'),
    failed: Count.describe(
      'Failed permanently: nobody answered in time, everybody declined, or the image could not be shown',
    ),
    unlabeled: Count.describe('Neither labeled nor failed'),
  })
  .meta({ id: 'LabelingCounters', description: 'Objects of a labeling job by outcome, as the service counts them.' })
export type Counters = z.infer<typeof Counters>

/** Summary of the output manifest of a job that has ended. */
export const OutputSummary = z
  .object({
    lines: Count.describe('All lines'),
    labeled: Count.describe('Lines with a label'),
    withoutBoxes: Count.describe('Labeled lines without a box: workers found no object'),
    boxes: Count.describe('Boxes of all lines'),
    verdicts: z.record(z.string(), Count).optional().describe('Number of lines with each verdict; for `verify`'),
    failed: Count.describe('Lines that the job failed to label'),
    expired: Count.describe(
      'Failed lines that expired: nobody answered, everybody declined, or the image or the page could not be shown',
    ),
    unlabeled: Count.describe('Lines with neither a label nor a failure'),
    unreadable: Count.describe('Lines that cannot be read, or have labels of another type'),
  })
  .meta({ id: 'LabelingOutput', description: 'Summary of the output manifest of a job that has ended, in lines.' })
export type OutputSummary = z.infer<typeof OutputSummary>

/** A labeling job as the API shows it. Jobs that were not created here have no batch, and fewer fields. */
export const LabelingJobView = z
  .object({
    job: ResourceName.describe('Name of the labeling job'),
    batch: BatchName.optional().describe(
      'The batch whose images are labeled; absent for a job that was not created here',
    ),
    engine: z
      .enum(ENGINES)
      .describe('Who gives the images to people; jobs that were not created here are of `sagemaker`'),
    status: z
      .enum([...JOB_STATUSES, 'Creating'])
      .describe(
        '`Creating` until its engine has accepted the job; if that was interrupted, repeat the PUT to resume it',
      ),
    counters: Counters,
    progressPercent: z.number().min(0).max(100).describe('Percentage of objects that are labeled or failed: 0 to 100'),
    ...JobProgressFields.partial().shape,
    secondsRunning: Count.describe('Seconds from creation to end; whole minutes while the job runs'),
    warnings: z.array(Warning).describe('What the status does not show, such as failed objects'),
    mode: z.enum(MODES).optional().describe('What workers do with the boxes'),
    labelAttributeName: z.string().optional().describe('Key of the labels in each line of the output manifest'),
    labels: z.array(z.string()).optional().describe('The labels that workers choose from'),
    alreadyLabeled: Count.optional().describe(
      'Lines of the input manifest that were labeled before; the output manifest includes them',
    ),
    ...JobOmissionFields.partial().shape,
    output: OutputSummary.optional(),
    inputManifestUri: S3Uri.optional().describe('The manifest that the engine reads'),
    outputManifestUri: S3Uri.optional().describe('The manifest that the engine writes; absent until it exists'),
    failureReason: z.string().optional().describe('Why the job failed, as the engine reports it'),
    workteamArn: z.string().optional().describe('The work team that labels; of a job at SageMaker'),
    portalUrl: WebUrl.optional().describe('Where workers sign in; of a job at SageMaker'),
    arn: z.string().optional().describe('ARN of a job at SageMaker'),
    request: LabelingJobRequest.optional().describe('The request, with its defaults filled in'),
    createdAt: instant('When the job was created'),
    updatedAt: instant('When the job last changed'),
  })
  .meta({ id: 'LabelingJob', description: 'A labeling job. Jobs that were not created by this API have fewer fields.' })
export type LabelingJobView = z.infer<typeof LabelingJobView>

/** A labeling job that is stopping or has stopped, and what is kept of it. */
export const StoppedJob = LabelingJobView.extend({
  kept: z.string().describe('What is kept of the job, and how to continue with the rest'),
}).meta({
  id: 'StoppedLabelingJob',
  description: 'A labeling job that is stopping or has ended.',
})
export type StoppedJob = z.infer<typeof StoppedJob>

/** A labeling job in a list, without its request and labels. Its omitted images are only counted. */
export const LabelingJobSummary = LabelingJobView.omit({ request: true, labels: true, omitted: true }).meta({
  id: 'LabelingJobSummary',
  description: 'A labeling job in a list, without its request and labels. Its omitted images are only counted.',
})
export type LabelingJobSummary = z.infer<typeof LabelingJobSummary>

/** A labeling job in a list. */
export const LabelingJobItem = z.union([LabelingJobSummary, unreadableItem('job', 'UnreadableLabelingJob')]).meta({
  id: 'LabelingJobItem',
  description: 'A labeling job in a list.',
})
export type LabelingJobItem = z.infer<typeof LabelingJobItem>

/** Where the objects come from: the manifest of the batch, its copied images where it has none, or another job. */
const ObjectsFrom = z.enum(['manifest', 'copies', 'job'])
export type ObjectsFrom = z.infer<typeof ObjectsFrom>

/** Preview of a labeling job. */
export const LabelingJobPreview = z
  .object({
    objects: Count.describe('Objects to label'),
    objectsFrom: ObjectsFrom.describe(
      'Where the objects come from: the manifest of the batch, its copied images where it has none, or another job',
    ),
    alreadyLabeled: Count.describe('Lines that are labeled already and are not sent to workers'),
    ...JobOmissionFields.shape,
    tasks: Count.describe('Tasks for workers: objects times workers per object'),
    publicTaskCostUsd: z
      .number()
      .min(0)
      .optional()
      .describe('Price in US dollars of all tasks for a public work team, without the fees of the service'),
    labels: z.array(z.string()).describe('The labels that workers choose from'),
    labelAttributeName: z.string().describe('Key of the labels in the output manifest'),
    priorAttribute: z.string().optional().describe('Key of the existing boxes in the input manifest'),
    inputManifestUri: S3Uri.describe('The manifest that the engine will read'),
    outputManifestUri: S3Uri.describe('The manifest that the engine will write'),
    portalUrl: WebUrl.optional().describe('Where workers sign in; for SageMaker'),
    addsCorsRule: z
      .boolean()
      .describe('Whether a CORS rule would be added to the bucket, which workers need to load images'),
    template: z.string().optional().describe('The page that workers see, as a Liquid template; for SageMaker'),
    warnings: z.array(Warning),
  })
  .meta({ id: 'LabelingJobPreview', description: 'Preview of a labeling job; nothing is written.' })
export type LabelingJobPreview = z.infer<typeof LabelingJobPreview>
