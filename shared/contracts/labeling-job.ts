import * as z from 'zod'
import { BatchName } from './batch-name.ts'
import { MODES } from './built-in-functions.ts'
import { Count, S3Uri, WebUrl } from './fields.ts'
import { instant } from './instant.ts'
import { ENGINES, JOB_STATUSES } from './labeler.ts'
import { LabelingJobRequest } from './labeling-job-request.ts'
import { JobProgressFields } from './labeling-progress.ts'
import { JobOmissionFields } from './omitted-image.ts'
import { ResourceName } from './resource-name.ts'
import { unreadableItem } from './unreadable.ts'
import { Warning } from './warning.ts'

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
