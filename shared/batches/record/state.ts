import * as z from 'zod'
import { BatchClass, BatchLabelingJob, BatchRequest, SelectionCost } from '../../contracts/batch.ts'
import { Allocation, type Criteria } from '../../contracts/criteria.ts'
import { ExcludableFlag } from '../../contracts/dataset.ts'
import { StoredProblem } from '../../contracts/stored-problem.ts'
import { Warning } from '../../contracts/warning.ts'
import { PendingEvent } from '../../platform/state/outbox.ts'
import { RunState } from './run.ts'

/** Longer than any function that creates one lives: what is being created for longer is being created by nobody. */
export const MAX_CREATING_MILLISECONDS = 150000

/** What a selection found. */
export const SelectionResult = z.object({
  imageCount: z.int(),
  boxCount: z.int(),
  classes: z.array(BatchClass),
  warnings: z.array(Warning),
  cost: SelectionCost,
  /** Where each chunk of `images.jsonl` begins, in bytes, and where the last one ends. */
  chunkOffsets: z.array(z.int()),
  /** Images in a chunk; the last may have fewer. */
  chunkImages: z.int(),
})
export type SelectionResult = z.infer<typeof SelectionResult>

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
  selectedAt: z.string().optional(),
  /** Where more was asked for than to choose the images. */
  run: RunState.optional(),
  /** The outbox: events written with the change that caused them, until they are published. */
  pendingEvents: z.array(PendingEvent).optional(),
})
export type BatchState = z.infer<typeof BatchState>

/** What a batch's images are chosen by; the skip lists are kept apart, and joined here only. Pure. */
export const toCriteria = ({
  criteria,
  datasetSkipImages,
  request,
}: Pick<BatchState, 'criteria' | 'datasetSkipImages' | 'request'>): Criteria => ({
  ...criteria,
  skipImages: [...new Set([...datasetSkipImages, ...request.skipImages])],
})
