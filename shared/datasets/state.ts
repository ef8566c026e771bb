import * as z from 'zod'
import { CurrentImport, Registration } from '../contracts/dataset.ts'
import { StoredProblem } from '../contracts/stored-problem.ts'

/** `data/raw/<dataset>/dataset.json`: all that is known of a dataset. One conditional write makes an import current. */
export const DatasetState = z.object({
  registration: Registration,
  current: CurrentImport.optional(),
  /** The import that runs; once it is cancelled it can no longer become current, and is only being removed. */
  importing: z
    .object({ importId: z.string(), startedAt: z.string(), cancelled: z.literal(true).optional() })
    .optional(),
  /** While all else of it is being removed; this goes last. */
  deleting: z.literal(true).optional(),
  problem: StoredProblem.optional(),
})
export type DatasetState = z.infer<typeof DatasetState>
