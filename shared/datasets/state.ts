import * as z from 'zod'
import type { Registration } from '../contracts/dataset.ts'
import { ProblemState, WarningState } from '../platform/state/common-states.ts'
import { recordType } from '../platform/state/record-type.ts'
import { storedObject } from '../platform/state/stored-schema.ts'
import { PinnedFile } from '../platform/storage/pinned-file.ts'

const RegistrationState: z.ZodType<Registration> = storedObject({
  title: z.string(),
  sources: storedObject({
    annotations: z.string(),
    classDescriptions: z.string(),
    boxableClassDescriptions: z.string().optional(),
    hierarchy: z.string(),
    images: z.string().optional(),
  }),
  imageLocation: z.string(),
  skipImages: z.array(z.string()).default([]),
})

/** A complete import, which batches read from. */
const CurrentImportState = storedObject({
  importId: z.string(),
  importedAt: z.string(),
  imageCount: z.int(),
  boxCount: z.int(),
  classCount: z.int(),
  annotations: storedObject({
    uri: z.string(),
    bytes: z.int(),
    etag: z.string(),
    contentHash: z.string(),
    groupedByImage: z.boolean(),
  }),
  index: storedObject({ uri: z.string(), bytes: z.int(), etag: z.string() }).optional(),
  /** How many images have a row in the image list, and a license. Absent without one, and in older versions. */
  imageList: storedObject({ images: z.int(), licenses: z.int() }).optional(),
  /** Absent in older versions. */
  warnings: z.array(WarningState).optional(),
  /** All files of the import. Absent in version 1, which pinned the box file and its index only. */
  files: z.array(PinnedFile).optional(),
})
export type CurrentImportState = z.infer<typeof CurrentImportState>

/** `data/raw/<dataset>/dataset.json`: the state of a dataset. One conditional write makes an import current. */
export const DatasetState = storedObject({
  /** Its name. Absent in records of older code, which had no such field. */
  dataset: z.string().optional(),
  registration: RegistrationState,
  current: CurrentImportState.optional(),
  /** Ids of the imports that were current before. Batches may read them, so they are never removed as superseded. */
  replacedImports: z.array(z.string()).optional(),
  /** The running import. Once `cancelled` is set, it cannot become current and is being removed. */
  importing: storedObject({
    importId: z.string(),
    startedAt: z.string(),
    cancelled: z.boolean().optional(),
    /** Set with `cancelled` when its stored work is damaged, so that another import takes its place. */
    restarting: z.boolean().optional(),
  }).optional(),
  /** Set while the dataset is being deleted. The state object is removed last. */
  deleting: z.boolean().optional(),
  problem: ProblemState.optional(),
  /** The import that failed with `problem`, and the fan-out job that publishes it. Absent in version 1. */
  failedImport: storedObject({ importId: z.string(), job: z.string() }).optional(),
})
export type DatasetState = z.infer<typeof DatasetState>

export const DATASET = recordType('a dataset', DatasetState)
