import * as z from 'zod'
import { ClassNames } from './class-summary.ts'
import { Allocation } from './criteria.ts'
import { DatasetName, ExcludableFlag } from './dataset.ts'
import { ImageId } from './image-id.ts'
import { Instant } from './instant.ts'
import { JobName, LabelingJobRequest } from './labeling-job.ts'
import { ManifestRequest } from './manifest-request.ts'
import { RunStep, RunView } from './run.ts'
import { StoredProblem } from './stored-problem.ts'
import { Warning } from './warning.ts'

/** A batch holds at most as many images as a labeling job takes. */
const MAX_IMAGES = 100_000

/** The labeling job of a run: `PUT /v1/labeling-jobs/{job}` without the batch. */
const RunLabelingJob = LabelingJobRequest.omit({ batch: true })
  .extend({ job: JobName.optional().describe("The job's name; that of the batch where it is left out") })
  .meta({ id: 'RunLabelingJob', description: 'The labeling job that a run ends with.' })

const RequestFields = z.strictObject({
  dataset: DatasetName.describe('Where the images come from: the name of a dataset that is ready'),
  classNames: ClassNames.describe('Display names or ids of classes; each stands for itself and all classes below it'),
  examplesPerClass: z.int().min(1).max(10_000).describe('Images of each class'),
  batchOffset: z.int().min(0).max(1_000_000).default(0).describe('Which batch of the deal, counted from 0'),
  allocation: Allocation.default('disjoint').describe(
    '`disjoint` deals: no image is in two batches of a recipe. `window` takes images [offset × examples, + examples) of each class',
  ),
  skipImages: z.array(ImageId).max(10_000).default([]).describe('Image ids that are never chosen'),
  excludeFlags: z.array(ExcludableFlag).max(5).default([]).describe('Boxes with one of these flags set do not count'),
  includeParts: z.boolean().default(false).describe('Whether parts of a class (Tire of Car) count as it'),
  strategy: z
    .enum(['auto', 'index', 'scan'])
    .default('auto')
    .describe('How the images are found; `auto` takes what costs less. The answer is the same'),
  run: RunStep.default('select').describe(
    'How far to go without being asked again: choose the images, copy them, write the manifest, start the labeling job. A later one goes further, an earlier one leaves what is done',
  ),
  manifest: ManifestRequest.optional().describe('What the manifest is to hold, where `run` goes so far'),
  labelingJob: RunLabelingJob.optional().describe('What the labeling job is to do; needed where `run` is `label`'),
})

/** The body of `PUT /v1/batches/{batch}`. */
export const BatchRequest = RequestFields.refine(
  ({ classNames, examplesPerClass }) => classNames.length * examplesPerClass <= MAX_IMAGES,
  {
    path: ['examplesPerClass'],
    error: `classes times examplesPerClass must be at most ${MAX_IMAGES}, the images that a batch can hold`,
  },
)
  .refine(({ run, labelingJob }) => run !== 'label' || labelingJob !== undefined, {
    path: ['labelingJob'],
    error: 'is missing; "run": "label" needs it, with a workteamArn at least',
  })
  .meta({ id: 'BatchRequest', description: 'Which images a batch is to have, and how far to go on with them.' })
export type BatchRequest = z.infer<typeof BatchRequest>

/** One requested class in a batch, and how far the dataset's images went. */
export const BatchClass = z
  .object({
    className: z.string().describe('As the dataset spells it'),
    classIds: z.array(z.string()).describe('The class itself, then those below it: an image with any of them counts'),
    requested: z.int().describe('Images asked for'),
    selected: z.int().describe('Images that were chosen for it'),
    available: z.int().describe('Images that the dataset has of it, in all batches together'),
    shortBy: z.int().describe('How many fewer were chosen than asked for'),
  })
  .meta({ id: 'BatchClass', description: 'A requested class in a batch, and how far the images of the dataset went.' })
export type BatchClass = z.infer<typeof BatchClass>

/** What choosing the images takes: how they were found, requests to S3, and bytes read of the box file and its index. */
export const SelectionCost = z
  .object({
    strategy: z
      .enum(['index', 'scan'])
      .describe('How the images are found: by the index, or by reading the box file through'),
    requests: z.int().describe('Requests to S3'),
    bytes: z.int().describe('Bytes read of the box file and its index'),
  })
  .meta({ id: 'SelectionCost', description: 'What choosing the images takes, or took.' })
export type SelectionCost = z.infer<typeof SelectionCost>

/** A labeling job of a batch, as its creation or the last change of its state said. */
export const BatchLabelingJob = z
  .object({
    job: z.string(),
    status: z
      .enum(['Creating', 'InProgress', 'Completed', 'Failed', 'Stopped'])
      .describe('`Creating` until the service has taken it'),
    since: Instant.describe('When that was so first'),
  })
  .meta({
    id: 'BatchLabelingJob',
    description: 'A labeling job of a batch, as its creation or the last change of its state said.',
  })
export type BatchLabelingJob = z.infer<typeof BatchLabelingJob>

/** What the API answers about a batch. */
export const BatchView = z
  .object({
    batch: z.string(),
    state: z
      .enum(['selecting', 'selected', 'copying', 'copied', 'incomplete', 'failed', 'deleting'])
      .describe('`incomplete`: copied, but not all; the images that are there can be used'),
    dataset: z.string(),
    recipe: z
      .string()
      .describe(
        'Hash of all that decides which images are dealt to which batch; the same recipe is the same deal anywhere',
      ),
    imageCount: z.int().optional().describe('Images in it; there once they are chosen'),
    boxCount: z.int().optional().describe('Boxes of the requested classes in these images'),
    classes: z.array(BatchClass).optional(),
    warnings: z.array(Warning),
    location: z.string().describe('Where it lies in the bucket: `s3://…/`'),
    cost: SelectionCost.optional(),
    request: BatchRequest.describe('What was asked for, with every default filled in'),
    problem: StoredProblem.optional().describe('Why it failed'),
    labelingJobs: z
      .array(BatchLabelingJob)
      .describe('Those that were started on it, oldest first; the job itself tells how far it is'),
    createdAt: Instant,
    run: RunView,
  })
  .meta({ id: 'Batch', description: 'The images chosen and copied together.' })
export type BatchView = z.infer<typeof BatchView>

/** A batch in a list: as the API answers about it, with its skip list only counted. */
export const BatchItem = BatchView.extend({
  request: RequestFields.omit({ skipImages: true }).extend({ skipImageCount: z.int() }),
}).meta({ id: 'BatchItem', description: 'A batch in a list: its skip list is only counted.' })
export type BatchItem = z.infer<typeof BatchItem>

/** What deleting a batch removes. */
export const DeletionPreview = z
  .object({
    location: z.string(),
    objects: z.int().describe('Objects under it, the first thousand counted'),
    bytes: z.int(),
    more: z.boolean().describe('Whether there are more than were counted'),
  })
  .meta({ id: 'DeletionPreview', description: 'What deleting a batch would remove.' })
export type DeletionPreview = z.infer<typeof DeletionPreview>
