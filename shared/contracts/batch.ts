import * as z from 'zod'
import { BatchName } from './batch-name.ts'
import { ClassIds, ClassNames, MAX_CLASS_NAMES } from './class-summary.ts'
import { Allocation } from './criteria.ts'
import { DatasetName, ExcludableFlag } from './dataset.ts'
import { Count, S3Uri } from './fields.ts'
import { ImageId } from './image-id.ts'
import { instant } from './instant.ts'
import { JobName } from './job-name.ts'
import { ENGINES } from './labeler.ts'
import { LabelingJobRequest } from './labeling-job-request.ts'
import { ManifestRequest } from './manifest-request.ts'
import { RunStep, RunView } from './run.ts'
import { StoredProblem } from './stored-problem.ts'
import { unreadableItem } from './unreadable.ts'
import { Warning } from './warning.ts'

/** A labeling job takes no more. */
export const MAX_IMAGES = 100_000

/** The labeling job of a run: the body of `PUT /v1/labeling-jobs/{job}` without the batch. */
export const RunLabelingJob = LabelingJobRequest.omit({ batch: true })
  .extend({ job: JobName.optional().describe("The job's name; that of the batch by default") })
  .meta({ id: 'RunLabelingJob', description: 'The labeling job that a run ends with.' })

const RequestFields = z.strictObject({
  dataset: DatasetName.describe('Name of a dataset whose state is `ready`'),
  classNames: ClassNames.describe('Display names or ids of classes. Each includes its subclasses'),
  examplesPerClass: z.int().min(1).max(10_000).describe('How many images of each class to choose'),
  batchOffset: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe('Number of the batch, from 0: earlier batches have other images'),
  allocation: Allocation.default('disjoint').describe(
    '`disjoint`: no image is in two batches of one recipe. `window`: each class takes the images from `batchOffset` × `examplesPerClass` of its own list',
  ),
  skipImages: z.array(ImageId).max(10_000).default([]).describe('Ids of images that are not chosen'),
  excludeFlags: z.array(ExcludableFlag).max(5).default([]).describe('Ignore boxes that have one of these flags'),
  includeParts: z
    .boolean()
    .default(false)
    .describe('Whether parts of a class count as the class, such as Tire for Car'),
  strategy: z
    .enum(['auto', 'index', 'scan'])
    .default('auto')
    .describe('How to find the images. `auto` uses the index when there is one; the result is the same'),
  run: RunStep.default('select').describe(
    'The last step to run: choose the images, copy them, write the manifest, create the labeling job. Repeat the request with a later step to extend the run; an earlier one changes nothing',
  ),
  manifest: ManifestRequest.optional().describe('Options of the manifest that the run writes'),
  labelingJob: RunLabelingJob.optional().describe(
    'The labeling job that the run creates. By default a job of the engine `groundwork`, with the name of the batch',
  ),
})

/** The body of `PUT /v1/batches/{batch}`. */
export const BatchRequest = RequestFields.refine(
  ({ classNames, examplesPerClass }) => classNames.length * examplesPerClass <= MAX_IMAGES,
  {
    path: ['examplesPerClass'],
    error: `times the number of classes must be at most ${MAX_IMAGES.toLocaleString('en-US')}, the images that a batch can hold`,
  },
).meta({ id: 'BatchRequest', description: 'The images to choose, and the steps to run with them.' })
export type BatchRequest = z.infer<typeof BatchRequest>

/** A requested class of a batch, and how many images were chosen for it. */
export const BatchClass = z
  .object({
    className: z.string().describe('Display name, as the dataset spells it'),
    classIds: ClassIds.describe('The class and its subclasses; an image with any of them counts'),
    requested: Count.describe('Images requested'),
    selected: Count.describe('Images chosen'),
    available: Count.describe('Images of the class in the dataset'),
    shortBy: Count.describe('How many fewer images were chosen than requested'),
  })
  .meta({ id: 'BatchClass', description: 'A requested class of a batch, and how many images were chosen for it.' })
export type BatchClass = z.infer<typeof BatchClass>

/** Cost of choosing the images. */
export const SelectionCost = z
  .object({
    strategy: z
      .enum(['index', 'scan'])
      .describe('How the images are found: through the index, or by scanning the box file'),
    requests: Count.describe('Requests to S3'),
    bytes: Count.describe('Bytes read of the box file and its index'),
  })
  .meta({ id: 'SelectionCost', description: 'Cost of choosing the images.' })
export type SelectionCost = z.infer<typeof SelectionCost>

/** A labeling job of a batch, with its last known status. */
export const BatchLabelingJob = z
  .object({
    job: JobName,
    engine: z.enum(ENGINES).describe('Who gives its images to people'),
    status: z
      .enum(['Creating', 'InProgress', 'Completed', 'Failed', 'Stopped'])
      .describe('`Creating` until its engine has accepted it'),
    since: instant('When it got this status'),
  })
  .meta({
    id: 'BatchLabelingJob',
    description: 'A labeling job of a batch, with its last known status.',
  })
export type BatchLabelingJob = z.infer<typeof BatchLabelingJob>

/** Identifies how images are divided into batches. */
export const Recipe = z
  .string()
  .meta({ pattern: '^sha256-[0-9a-f]{64}$' })
  .describe('Hash of everything that decides which images belong to which batch; equal in every account')

/** A batch as the API shows it. */
export const BatchView = z
  .object({
    batch: BatchName,
    state: z
      .enum(['selecting', 'selected', 'copying', 'copied', 'incomplete', 'failed', 'deleting'])
      .describe('`incomplete`: copying has ended, but some images have no good copy; the others can be used'),
    dataset: DatasetName,
    recipe: Recipe,
    imageCount: Count.optional().describe('Images in the batch; present once they are chosen'),
    boxCount: Count.optional().describe('Boxes of the requested classes in these images'),
    classes: z.array(BatchClass).max(MAX_CLASS_NAMES).optional(),
    warnings: z.array(Warning),
    location: S3Uri.describe('Its folder in the bucket, `s3://…/`'),
    cost: SelectionCost.optional(),
    request: BatchRequest.describe('The request, with defaults filled in'),
    problem: StoredProblem.optional().describe('Why it failed'),
    labelingJobs: z.array(BatchLabelingJob).describe('Its labeling jobs, oldest first'),
    createdAt: instant('When the batch was created'),
    run: RunView,
  })
  .meta({ id: 'Batch', description: 'Images that were chosen by one request.' })
export type BatchView = z.infer<typeof BatchView>

/** A batch in a list: the skip list is only counted. */
export const BatchItem = BatchView.extend({
  request: RequestFields.omit({ skipImages: true })
    .extend({ skipImageCount: Count.describe('Number of images that are not chosen') })
    .meta({
      id: 'BatchItemRequest',
      description: 'The request for a batch. Its skip list is only counted.',
    }),
}).meta({ id: 'BatchItem', description: 'A batch in a list. Its skip list is only counted.' })
export type BatchItem = z.infer<typeof BatchItem>

/** What a list shows in place of a batch whose stored objects cannot be read. */
const UnreadableBatch = unreadableItem('batch', 'UnreadableBatch')
export type UnreadableBatch = z.infer<typeof UnreadableBatch>

/** What a list of batches shows. */
export const BatchListItem = z
  .discriminatedUnion('state', [BatchItem, UnreadableBatch])
  .meta({ id: 'BatchListItem', description: 'A batch in a list, or the problem of one that cannot be read.' })
