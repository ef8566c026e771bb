import * as z from 'zod'
import { BatchName } from '../batches/batch.ts'
import { MODES } from './built-in-functions.ts'
import { END_STATUSES, JOB_STATUSES } from './labeler.ts'

/** Folders of a batch: a job called so would write into them. */
const BATCH_FOLDERS: readonly string[] = ['images', 'copies', 'manifests']

/** The labeling service's rule for names, and none of the batch's own folders. */
export const JobName = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'must be 1 to 63 letters, digits and inner hyphens')
  .refine((name) => !BATCH_FOLDERS.includes(name.toLowerCase()), {
    error: `must not be one of ${BATCH_FOLDERS.join(', ')}: these are folders of a batch`,
  })

/** Stored as JSON, zero has no sign. */
const Numeral = z.number().transform((value) => value + 0)

/**
 * The body of `PUT /v1/labeling-jobs/{job}`. Only types are checked here: what the labeling service takes is checked
 * together with all else that can be wrong, so that one answer tells everything.
 */
export const LabelingJobRequest = z.strictObject({
  batch: BatchName,
  workteamArn: z.string(),
  /** `labels`, or that of the job which is continued. */
  labelAttributeName: z.string().optional(),
  mode: z.enum(MODES).default('draw'),
  /** A job that has ended: what it left unlabeled is labeled. */
  continueFrom: JobName.optional(),
  taskTitle: z.string().optional(),
  taskDescription: z.string().optional(),
  taskKeywords: z.array(z.string()).optional(),
  /** Plain text. */
  instructions: z.strictObject({ short: z.string().optional(), full: z.string().optional() }).optional(),
  workersPerObject: Numeral.default(5),
  taskTimeLimitSeconds: Numeral.default(300),
  taskAvailabilitySeconds: Numeral.optional(),
  maxConcurrentTasks: Numeral.optional(),
  stoppingConditions: z
    .strictObject({ maxHumanLabeledObjects: Numeral.optional(), maxPercentageLabeled: Numeral.optional() })
    .optional(),
  publicTaskPrice: z
    .strictObject({
      dollars: Numeral.optional(),
      cents: Numeral.optional(),
      tenthFractionsOfACent: Numeral.optional(),
    })
    .optional(),
  contentClassifiers: z.array(z.string()).optional(),
  roleArn: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
})
export type LabelingJobRequest = z.infer<typeof LabelingJobRequest>

const Counters = z.object({
  /** Objects that this job is to have labeled. */
  total: z.int(),
  labeled: z.int(),
  humanLabeled: z.int(),
  machineLabeled: z.int(),
  /** Given up for good: nobody answered in time, all declined, or the image could not be shown. */
  failed: z.int(),
  unlabeled: z.int(),
})
export type Counters = z.infer<typeof Counters>

/** What the output manifest of a job that has ended holds, line by line. */
export const OutputSummary = z.object({
  lines: z.int(),
  labeled: z.int(),
  /** Of the labeled ones, those that workers found nothing in. */
  withoutBoxes: z.int(),
  boxes: z.int(),
  /** How often each verdict was given; for `verify`. */
  verdicts: z.record(z.string(), z.int()).optional(),
  failed: z.int(),
  /** Of the failed ones, those that expired: nobody answered, all declined, or the image or the page could not be shown. */
  expired: z.int(),
  unlabeled: z.int(),
  /** Lines that cannot be read, or hold labels of another kind. */
  unreadable: z.int(),
})
export type OutputSummary = z.infer<typeof OutputSummary>

/** How a job ended, as the service told. */
const JobEnd = z.object({
  status: z.enum(END_STATUSES),
  at: z.string(),
  failureReason: z.string().optional(),
  counters: Counters.optional(),
  /** Where the service says that its labels are. */
  outputManifestUri: z.string().optional(),
  output: OutputSummary.optional(),
  /** Set once its event has been sent. */
  toldAt: z.string().optional(),
})
export type JobEnd = z.infer<typeof JobEnd>

/** `system/labeling-jobs/<lower-case name>.json`: a job of ours, from the moment that its name is claimed. */
export const LabelingJobState = z.object({
  job: z.string(),
  batch: z.string(),
  batchId: z.string(),
  request: LabelingJobRequest,
  /** `creating` until the service has it. */
  state: z.enum(['creating', 'created']),
  labelAttributeName: z.string(),
  labels: z.array(z.string()),
  /** The attribute that known boxes have in its input manifest; for `adjust` and `verify`. */
  priorAttribute: z.string().optional(),
  /** Lines of its input manifest, and how many of these were labeled before. */
  lines: z.int(),
  alreadyLabeled: z.int(),
  portalUrl: z.string().optional(),
  /** Which call is creating it, and until when nobody else may go on with that. */
  lease: z.object({ holder: z.string(), until: z.string() }).optional(),
  arn: z.string().optional(),
  end: JobEnd.optional(),
  createdAt: z.string(),
})
export type LabelingJobState = z.infer<typeof LabelingJobState>

const Warning = z.object({ code: z.string(), message: z.string() })
export type Warning = z.infer<typeof Warning>

/** What the API answers about a labeling job; one that was made elsewhere has no batch, and less is known of it. */
export const LabelingJobView = z.object({
  job: z.string(),
  batch: z.string().optional(),
  /** `Creating` until the service has taken it; should that have stopped, repeating its PUT goes on. */
  status: z.enum([...JOB_STATUSES, 'Creating']),
  counters: Counters,
  /** Objects labeled or failed, of all: 0 to 100. */
  progressPercent: z.number(),
  /** Seconds from its creation until it ended; while it runs, in whole minutes. */
  secondsRunning: z.int(),
  /** What the status does not say. */
  warnings: z.array(Warning),
  mode: z.enum(MODES).optional(),
  labelAttributeName: z.string().optional(),
  labels: z.array(z.string()).optional(),
  /** Lines of its input manifest that were labeled before, and are in its output manifest too. */
  alreadyLabeled: z.int().optional(),
  output: OutputSummary.optional(),
  inputManifestUri: z.string().optional(),
  /** Once there is one. */
  outputManifestUri: z.string().optional(),
  failureReason: z.string().optional(),
  workteamArn: z.string(),
  /** Where workers sign in. */
  portalUrl: z.string().optional(),
  arn: z.string().optional(),
  request: LabelingJobRequest.optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type LabelingJobView = z.infer<typeof LabelingJobView>

/** A labeling job that was told to stop, and what stays of it. */
export const StoppedJob = LabelingJobView.extend({ kept: z.string() })
export type StoppedJob = z.infer<typeof StoppedJob>

/** A labeling job in a list. */
export const LabelingJobItem = LabelingJobView.omit({ request: true, labels: true })
export type LabelingJobItem = z.infer<typeof LabelingJobItem>

/** The manifest of the batch, its copies where it has none, or what another job has left. */
const ObjectsFrom = z.enum(['manifest', 'copies', 'job'])
export type ObjectsFrom = z.infer<typeof ObjectsFrom>

/** What a labeling job would be, told before anything is written. */
export const LabelingJobOutlook = z.object({
  /** Objects that workers would label. */
  objects: z.int(),
  objectsFrom: ObjectsFrom,
  alreadyLabeled: z.int(),
  /** Objects times workers. */
  tasks: z.int(),
  /** What the workers of a public work team would be paid, without the service's own fees. */
  publicTaskCostUsd: z.number().optional(),
  labels: z.array(z.string()),
  labelAttributeName: z.string(),
  priorAttribute: z.string().optional(),
  inputManifestUri: z.string(),
  outputManifestUri: z.string(),
  portalUrl: z.string().optional(),
  /** Whether the bucket's CORS rules would get one more, without which images do not load for workers. */
  addsCorsRule: z.boolean(),
  /** The page that workers would see, as a Liquid template. */
  template: z.string(),
  warnings: z.array(Warning),
})
export type LabelingJobOutlook = z.infer<typeof LabelingJobOutlook>
