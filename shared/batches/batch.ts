import * as z from 'zod'
import { DatasetName, ExcludableFlag, ImageId, StoredProblem } from '../datasets/dataset.ts'
import { ClassNames } from '../open-images/class-summary.ts'
import { RESERVED_NAMES } from '../reserved-names.ts'
import { Allocation, type Criteria } from '../selection/criteria.ts'

/** The labeling service's rule for names, and none of the bucket's own folders. */
export const BatchName = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'must be 1 to 63 letters, digits and inner hyphens')
  .refine((name) => !RESERVED_NAMES.includes(name), {
    error: `must not be one of ${RESERVED_NAMES.join(', ')}: these are folders of the bucket`,
  })

/** A batch holds at most as many images as a labeling job takes. */
const MAX_IMAGES = 100_000

const RequestFields = z.strictObject({
  dataset: DatasetName,
  classNames: ClassNames,
  examplesPerClass: z.int().min(1).max(10_000),
  batchOffset: z.int().min(0).max(1_000_000).default(0),
  allocation: Allocation.default('disjoint'),
  skipImages: z.array(ImageId).max(10_000).default([]),
  excludeFlags: z.array(ExcludableFlag).max(5).default([]),
  includeParts: z.boolean().default(false),
  strategy: z.enum(['auto', 'index', 'scan']).default('auto'),
  run: z.enum(['select']).default('select'),
})

/** The body of `PUT /v1/batches/{batch}`. */
export const BatchRequest = RequestFields.refine(
  ({ classNames, examplesPerClass }) => classNames.length * examplesPerClass <= MAX_IMAGES,
  {
    path: ['examplesPerClass'],
    error: `classes times examplesPerClass must be at most ${MAX_IMAGES}, the images that a batch can hold`,
  },
)
export type BatchRequest = z.infer<typeof BatchRequest>

/** One requested class in a batch, and how far the dataset's images went. */
const BatchClass = z.object({
  className: z.string(),
  classIds: z.array(z.string()),
  requested: z.int(),
  selected: z.int(),
  available: z.int(),
  shortBy: z.int(),
})
export type BatchClass = z.infer<typeof BatchClass>

const Warning = z.object({ code: z.string(), message: z.string() })
export type Warning = z.infer<typeof Warning>

/** What choosing the images takes: how they were found, requests to S3, and bytes read of the box file and its index. */
const Cost = z.object({ strategy: z.enum(['index', 'scan']), requests: z.int(), bytes: z.int() })
export type Cost = z.infer<typeof Cost>

/** What a selection found. */
const SelectionResult = z.object({
  imageCount: z.int(),
  boxCount: z.int(),
  classes: z.array(BatchClass),
  warnings: z.array(Warning),
  cost: Cost,
  /** Where each chunk of `images.jsonl` begins, in bytes, and where the last one ends. */
  chunkOffsets: z.array(z.int()),
  /** Images in a chunk; the last may have fewer. */
  chunkImages: z.int(),
})
export type SelectionResult = z.infer<typeof SelectionResult>

/** A labeling job of a batch, as its creation or the last change of its state said. */
export const BatchLabelingJob = z.object({
  job: z.string(),
  status: z.enum(['Creating', 'InProgress', 'Completed', 'Failed', 'Stopped']),
  since: z.string(),
})
export type BatchLabelingJob = z.infer<typeof BatchLabelingJob>

/** A function ends within half of it: what is being created for longer is being created by nobody. */
export const MOST_CREATING_MILLISECONDS = 60_000

/** `data/<batch>/batch.json`: what was asked for, what it is read from, and what was found. */
export const BatchState = z.object({
  /** Made anew under the same name, a batch has another id. */
  batchId: z.string(),
  request: BatchRequest,
  recipe: z.string(),
  /** The import that it reads, and nothing else of the dataset: importing again disturbs no batch. */
  importId: z.string(),
  annotations: z.object({ uri: z.string(), bytes: z.int(), etag: z.string(), groupedByImage: z.boolean() }),
  index: z.object({ uri: z.string(), etag: z.string() }).optional(),
  imageLocation: z.string(),
  criteria: z.object({
    classes: z.array(z.object({ className: z.string(), classIds: z.array(z.string()), available: z.int() })),
    examplesPerClass: z.int(),
    batchOffset: z.int(),
    allocation: Allocation,
    excludeFlags: z.array(ExcludableFlag),
  }),
  /** Those that the dataset never gives; the request names more. */
  datasetSkipImages: z.array(z.string()),
  state: z.enum(['selecting', 'selected', 'failed', 'deleting']),
  selection: SelectionResult.optional(),
  warnings: z.array(Warning),
  problem: StoredProblem.optional(),
  labelingJobs: z.array(BatchLabelingJob).optional(),
  createdAt: z.string(),
})
export type BatchState = z.infer<typeof BatchState>

/** What a batch's images are chosen by; the skip lists are kept apart, and joined here only. Pure. */
export const criteriaOf = ({
  criteria,
  datasetSkipImages,
  request,
}: Pick<BatchState, 'criteria' | 'datasetSkipImages' | 'request'>): Criteria => ({
  ...criteria,
  skipImages: [...new Set([...datasetSkipImages, ...request.skipImages])],
})

/** What the API answers about a batch. */
export const BatchView = z.object({
  batch: z.string(),
  state: z.enum(['selecting', 'selected', 'copying', 'copied', 'incomplete', 'failed', 'deleting']),
  dataset: z.string(),
  recipe: z.string(),
  imageCount: z.int().optional(),
  boxCount: z.int().optional(),
  classes: z.array(BatchClass).optional(),
  warnings: z.array(Warning),
  location: z.string(),
  cost: Cost.optional(),
  request: BatchRequest,
  problem: StoredProblem.optional(),
  /** Those that were started on it, oldest first; the job itself tells how far it is. */
  labelingJobs: z.array(BatchLabelingJob),
  createdAt: z.string(),
})
export type BatchView = z.infer<typeof BatchView>

/** A batch in a list: as the API answers about it, with its skip list only counted. */
export const BatchItem = BatchView.extend({
  request: RequestFields.omit({ skipImages: true }).extend({ skipImageCount: z.int() }),
})
export type BatchItem = z.infer<typeof BatchItem>

/** What a batch would be, told before anything is written. */
export const BatchOutlook = z.object({
  recipe: z.string(),
  /** Images that it would have, as `selected` and `shortBy`: only an index tells, and only where no flag is left out. */
  imageCount: z.int().optional(),
  classes: z.array(BatchClass.partial({ selected: true, shortBy: true })),
  warnings: z.array(Warning),
  /** What choosing the images takes: about by scan, and where boxes with a flag are left out; exactly otherwise. */
  cost: Cost,
  /** Whether the images are chosen within the call, or by a worker after it. */
  background: z.boolean(),
})
export type BatchOutlook = z.infer<typeof BatchOutlook>

/** What deleting a batch removes. */
export const DeletionOutlook = z.object({
  location: z.string(),
  /** Objects under it, the first thousand counted. */
  objects: z.int(),
  bytes: z.int(),
  /** Whether there are more than were counted. */
  more: z.boolean(),
})
export type DeletionOutlook = z.infer<typeof DeletionOutlook>
