import * as z from 'zod'
import { BatchClass, BatchLabelingJob, BatchRequest, SelectionCost } from '../../contracts/batch.ts'
import { Allocation, type Criteria } from '../../contracts/criteria.ts'
import { ExcludableFlag } from '../../contracts/dataset.ts'
import { StoredProblem } from '../../contracts/stored-problem.ts'
import { Warning } from '../../contracts/warning.ts'
import { PendingEvent } from '../../platform/state/outbox.ts'
import { RunState } from './run.ts'

/** Longer than any function may run that creates a labeling job: after that, its creation has been interrupted. */
export const MAX_CREATING_MILLISECONDS = 150000

/** The result of choosing the images. */
export const SelectionResult = z.object({
  imageCount: z.int(),
  boxCount: z.int(),
  classes: z.array(BatchClass),
  warnings: z.array(Warning),
  cost: SelectionCost,
  /** Byte of `images.jsonl` at which each chunk begins, and at which the last one ends. */
  chunkOffsets: z.array(z.int()),
  /** Images per chunk; the last may have fewer. */
  chunkImages: z.int(),
})
export type SelectionResult = z.infer<typeof SelectionResult>

/** `data/<batch>/batch.json`: the request, what it reads, and what was selected. */
export const BatchState = z.object({
  /** A batch that is recreated under the same name has another id. */
  batchId: z.string(),
  request: BatchRequest,
  recipe: z.string(),
  /** The import that it reads. Importing the dataset again does not affect it. */
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
  /** Images that the dataset excludes; the request may exclude more. */
  datasetSkipImages: z.array(z.string()),
  state: z.enum(['selecting', 'selected', 'failed', 'deleting']),
  selection: SelectionResult.optional(),
  warnings: z.array(Warning),
  problem: StoredProblem.optional(),
  labelingJobs: z.array(BatchLabelingJob).optional(),
  createdAt: z.string(),
  selectedAt: z.string().optional(),
  /** Present when the request asks for more than choosing the images. */
  run: RunState.optional(),
  /** The outbox: events written with the change that caused them, until they are published. */
  pendingEvents: z.array(PendingEvent).optional(),
})
export type BatchState = z.infer<typeof BatchState>

/** Returns the criteria of a batch, with the skip lists of the dataset and the request joined. Pure. */
export const toCriteria = ({
  criteria,
  datasetSkipImages,
  request,
}: Pick<BatchState, 'criteria' | 'datasetSkipImages' | 'request'>): Criteria => ({
  ...criteria,
  skipImages: [...new Set([...datasetSkipImages, ...request.skipImages])],
})
