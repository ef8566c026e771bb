import * as z from 'zod'
import { BatchName } from './batch-name.ts'
import { MODES } from './built-in-functions.ts'
import { Instant } from './instant.ts'
import { JOB_STATUSES } from './labeler.ts'
import { ResourceName } from './resource-name.ts'
import { Warning } from './warning.ts'

/** Folders of a batch: a job called so would write into them. */
const BATCH_FOLDERS: readonly string[] = ['images', 'copies', 'manifests']

/** The labeling service's rule for names, and none of the batch's own folders. */
export const JobName = ResourceName.refine((name) => !BATCH_FOLDERS.includes(name.toLowerCase()), {
  error: `must not be one of ${BATCH_FOLDERS.join(', ')}: these are folders of a batch`,
})

/** Stored as JSON, zero has no sign. */
const Numeral = z.number().overwrite((value) => value + 0)

/**
 * The body of `PUT /v1/labeling-jobs/{job}`. Only types are checked here: what the labeling service takes is checked
 * together with all else that can be wrong, so that one answer tells everything.
 */
export const LabelingJobRequest = z
  .strictObject({
    batch: BatchName.describe('Whose images are labeled'),
    workteamArn: z.string().describe('Who labels: one of `GET /v1/workteams`, or a vendor or public team'),
    labelAttributeName: z.string().optional().describe('`labels`, or that of the job which is continued'),
    mode: z.enum(MODES).default('draw').describe('`draw` boxes, `adjust` known ones, or `verify` them (experimental)'),
    continueFrom: JobName.optional().describe('A job that has ended: what it left unlabeled is labeled'),
    taskTitle: z.string().optional().describe('What workers read in the list of tasks'),
    taskDescription: z.string().optional().describe('What workers read about it'),
    taskKeywords: z.array(z.string()).optional().describe('What workers find it by'),
    instructions: z
      .strictObject({ short: z.string().optional(), full: z.string().optional() })
      .optional()
      .describe('Plain text'),
    workersPerObject: Numeral.default(5).describe('How many workers label each image: 1 to 9'),
    taskTimeLimitSeconds: Numeral.default(300).describe('How long a worker may take for a task'),
    taskAvailabilitySeconds: Numeral.optional().describe('How long a task waits for a worker'),
    maxConcurrentTasks: Numeral.optional().describe('Tasks that are out at once'),
    stoppingConditions: z
      .strictObject({ maxHumanLabeledObjects: Numeral.optional(), maxPercentageLabeled: Numeral.optional() })
      .optional()
      .describe('Ends the job early'),
    publicTaskPrice: z
      .strictObject({
        dollars: Numeral.optional(),
        cents: Numeral.optional(),
        tenthFractionsOfACent: Numeral.optional(),
      })
      .optional()
      .describe('What a worker of the public team is paid a task'),
    contentClassifiers: z.array(z.string()).optional().describe('For the public team'),
    roleArn: z.string().optional().describe('The role that the service works with; one that the deployment allows'),
    tags: z.record(z.string(), z.string()).optional().describe('AWS tags of the job'),
  })
  .meta({
    id: 'LabelingJobRequest',
    description:
      'What a labeling job is to do. What its fields may hold is checked with all else, so that one answer tells everything.',
  })
export type LabelingJobRequest = z.infer<typeof LabelingJobRequest>

export const Counters = z
  .object({
    total: z.int().describe('Objects that this job is to have labeled'),
    labeled: z.int().describe('By people or by the service itself'),
    humanLabeled: z.int().describe('Labeled by people'),
    machineLabeled: z.int().describe('Labeled by the service itself'),
    failed: z
      .int()
      .describe('Given up for good: nobody answered in time, all declined, or the image could not be shown'),
    unlabeled: z.int().describe('Neither labeled nor failed'),
  })
  .meta({ id: 'LabelingCounters', description: 'Objects of a labeling job, as the service counts them.' })
export type Counters = z.infer<typeof Counters>

/** What the output manifest of a job that has ended holds, line by line. */
export const OutputSummary = z
  .object({
    lines: z.int(),
    labeled: z.int(),
    withoutBoxes: z.int().describe('Of the labeled ones, those that workers found nothing in'),
    boxes: z.int(),
    verdicts: z.record(z.string(), z.int()).optional().describe('How often each verdict was given; for `verify`'),
    failed: z.int(),
    expired: z
      .int()
      .describe(
        'Of the failed ones, those that expired: nobody answered, all declined, or the image or the page could not be shown',
      ),
    unlabeled: z.int(),
    unreadable: z.int().describe('Lines that cannot be read, or hold labels of another kind'),
  })
  .meta({ id: 'LabelingOutput', description: 'What the output manifest of a job that has ended holds, line by line.' })
export type OutputSummary = z.infer<typeof OutputSummary>

/** What the API answers about a labeling job; one that was made elsewhere has no batch, and less is known of it. */
export const LabelingJobView = z
  .object({
    job: z.string(),
    batch: z.string().optional().describe('Whose images are labeled; none of a job that was made elsewhere'),
    status: z
      .enum([...JOB_STATUSES, 'Creating'])
      .describe('`Creating` until the service has taken it; should that have stopped, repeating its PUT goes on'),
    counters: Counters,
    progressPercent: z.number().describe('Objects labeled or failed, of all: 0 to 100'),
    secondsRunning: z.int().describe('Seconds from its creation until it ended; while it runs, in whole minutes'),
    warnings: z.array(Warning).describe('What the status does not say'),
    mode: z.enum(MODES).optional().describe('What workers do'),
    labelAttributeName: z
      .string()
      .optional()
      .describe('The key that the labels are under, in each line of the output manifest'),
    labels: z.array(z.string()).optional().describe('The classes that workers choose from'),
    alreadyLabeled: z
      .int()
      .optional()
      .describe('Lines of its input manifest that were labeled before, and are in its output manifest too'),
    output: OutputSummary.optional(),
    inputManifestUri: z.string().optional().describe('What the service reads'),
    outputManifestUri: z.string().optional().describe('Once there is one'),
    failureReason: z.string().optional().describe('In the words of the service'),
    workteamArn: z.string().describe('Who labels'),
    portalUrl: z.string().optional().describe('Where workers sign in'),
    arn: z.string().optional().describe('What AWS calls it'),
    request: LabelingJobRequest.optional().describe('What was asked for, with every default filled in'),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'LabelingJob', description: 'A labeling job; of one that was made elsewhere, less is known.' })
export type LabelingJobView = z.infer<typeof LabelingJobView>

/** A labeling job that was told to stop, and what stays of it. */
export const StoppedJob = LabelingJobView.extend({
  kept: z.string().describe('What stays of it, and how to go on'),
}).meta({
  id: 'StoppedLabelingJob',
  description: 'A labeling job that was told to stop.',
})
export type StoppedJob = z.infer<typeof StoppedJob>

/** A labeling job in a list. */
export const LabelingJobItem = LabelingJobView.omit({ request: true, labels: true }).meta({
  id: 'LabelingJobItem',
  description: 'A labeling job in a list.',
})
export type LabelingJobItem = z.infer<typeof LabelingJobItem>

/** The manifest of the batch, its copies where it has none, or what another job has left. */
const ObjectsFrom = z.enum(['manifest', 'copies', 'job'])
export type ObjectsFrom = z.infer<typeof ObjectsFrom>

/** What a labeling job would be, told before anything is written. */
export const LabelingJobPreview = z
  .object({
    objects: z.int().describe('Objects that workers would label'),
    objectsFrom: ObjectsFrom.describe(
      'The manifest of the batch, its copies where it has none, or what another job has left',
    ),
    alreadyLabeled: z.int().describe('Lines that are labeled already, and are only taken over'),
    tasks: z.int().describe('Objects times workers'),
    publicTaskCostUsd: z
      .number()
      .optional()
      .describe("What the workers of a public work team would be paid, without the service's own fees"),
    labels: z.array(z.string()).describe('The classes that workers choose from'),
    labelAttributeName: z.string().describe('The key that the labels will be under'),
    priorAttribute: z.string().optional().describe('The key that the known boxes are under'),
    inputManifestUri: z.string().describe('What the service will read'),
    outputManifestUri: z.string().describe('What the service will write'),
    portalUrl: z.string().optional().describe('Where workers sign in'),
    addsCorsRule: z
      .boolean()
      .describe("Whether the bucket's CORS rules would get one more, without which images do not load for workers"),
    template: z.string().describe('The page that workers would see, as a Liquid template'),
    warnings: z.array(Warning),
  })
  .meta({ id: 'LabelingJobPreview', description: 'What a labeling job would be, told before anything is written.' })
export type LabelingJobPreview = z.infer<typeof LabelingJobPreview>
