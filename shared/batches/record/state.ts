import * as z from 'zod'
import type { BatchClass, BatchLabelingJob, SelectionCost } from '../../contracts/batch.ts'
import type { Criteria } from '../../contracts/criteria.ts'
import { FLAG_NAMES } from '../../contracts/flags.ts'
import { ENGINES } from '../../contracts/labeler.ts'
import { ProblemState, WarningState } from '../../platform/state/common-states.ts'
import { PendingEvent, renameUntold } from '../../platform/state/outbox.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../../platform/state/stored-schema.ts'
import { PinnedFile } from '../../platform/storage/pinned-file.ts'
import { BatchRequestState } from './request-state.ts'
import { RunState } from './run.ts'

/** Longer than any function may run that creates a labeling job: after that, its creation has been interrupted. */
export const MAX_CREATING_MILLISECONDS = 150000

const BatchClassState: z.ZodType<BatchClass> = storedObject({
  className: z.string(),
  classIds: z.array(z.string()),
  requested: z.int(),
  selected: z.int(),
  available: z.int(),
  shortBy: z.int(),
})

const SelectionCostState: z.ZodType<SelectionCost> = storedObject({
  strategy: storedEnum(['index', 'scan']),
  requests: z.int(),
  bytes: z.int(),
})

const BatchLabelingJobState: z.ZodType<BatchLabelingJob> = storedObject({
  job: z.string(),
  // Before there was another engine, all jobs were of SageMaker.
  engine: storedEnum(ENGINES).default('sagemaker'),
  status: storedEnum(['Creating', 'InProgress', 'Completed', 'Failed', 'Stopped']),
  since: z.string(),
})

/** The result of choosing the images. */
export const SelectionResult = storedObject({
  imageCount: z.int(),
  boxCount: z.int(),
  classes: z.array(BatchClassState),
  warnings: z.array(WarningState),
  cost: SelectionCostState,
  /**
   * The image list. Absent in version 1, whose list is `images.jsonl` and may have been damaged since: its lines are
   * counted, but not compared.
   */
  list: PinnedFile.optional(),
  /** Byte of the image list at which each chunk begins, and at which the last one ends. */
  chunkOffsets: z.array(z.int()),
  /** Images per chunk; the last may have fewer. */
  chunkImages: z.int(),
})
export type SelectionResult = z.infer<typeof SelectionResult>

/** The input manifest as it was last written. Users may edit the file, so it is not required to stay like this. */
const ManifestState = storedObject({
  lines: z.int(),
  bytes: z.int(),
  etag: z.string(),
  /** Label attribute of its boxes. Absent where it has none, and where an older version wrote it. */
  boxAttribute: z.string().optional(),
})
export type ManifestState = z.infer<typeof ManifestState>

/** `data/<batch>/batch.json`: the request, what it reads, and what was selected. */
export const BatchState = storedObject({
  /** Its name. Absent in records of older code, which had no such field. */
  batch: z.string().optional(),
  /** A batch that is recreated under the same name has another id. */
  batchId: z.string(),
  request: BatchRequestState,
  recipe: z.string(),
  /** The import that it reads. Importing the dataset again does not affect it. */
  importId: z.string(),
  annotations: storedObject({
    uri: z.string(),
    bytes: z.int(),
    etag: z.string(),
    groupedByImage: z.boolean(),
  }),
  index: storedObject({ uri: z.string(), etag: z.string() }).optional(),
  imageLocation: z.string(),
  criteria: storedObject({
    classes: z.array(storedObject({ className: z.string(), classIds: z.array(z.string()), available: z.int() })),
    examplesPerClass: z.int(),
    batchOffset: z.int(),
    allocation: storedEnum(['disjoint', 'window']),
    excludeFlags: z.array(storedEnum(FLAG_NAMES)),
  }),
  /** Images that the dataset excludes; the request may exclude more. */
  datasetSkipImages: z.array(z.string()),
  state: storedEnum(['selecting', 'selected', 'failed', 'deleting']),
  selection: SelectionResult.optional(),
  /** Absent before one was written, and in version 1. */
  manifest: ManifestState.optional(),
  warnings: z.array(WarningState),
  problem: ProblemState.optional(),
  labelingJobs: z.array(BatchLabelingJobState).optional(),
  createdAt: z.string(),
  selectedAt: z.string().optional(),
  /** Present when the request asks for more than choosing the images. */
  run: RunState.optional(),
  /** The outbox: events written with the change that caused them, until they are published. */
  pendingEvents: z.array(PendingEvent).optional(),
})
export type BatchState = z.infer<typeof BatchState>

export const BATCH = recordType('a batch', BatchState, [renameUntold])

/** Returns the criteria of a batch, with the skip lists of the dataset and the request joined. Pure. */
export const toCriteria = ({
  criteria,
  datasetSkipImages,
  request,
}: Pick<BatchState, 'criteria' | 'datasetSkipImages' | 'request'>): Criteria => ({
  ...criteria,
  skipImages: [...new Set([...datasetSkipImages, ...request.skipImages])],
})
