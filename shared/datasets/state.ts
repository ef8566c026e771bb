import * as z from 'zod'
import { CurrentImport, Registration } from '../contracts/dataset.ts'
import { StoredProblem } from '../contracts/stored-problem.ts'

/** `data/raw/<dataset>/dataset.json`: the state of a dataset. One conditional write makes an import current. */
export const DatasetState = z.object({
  registration: Registration,
  current: CurrentImport.optional(),
  /** The running import. Once `cancelled` is set, it cannot become current and is being removed. */
  importing: z
    .object({ importId: z.string(), startedAt: z.string(), cancelled: z.literal(true).optional() })
    .optional(),
  /** Set while the dataset is being deleted. The state object is removed last. */
  deleting: z.literal(true).optional(),
  problem: StoredProblem.optional(),
})
export type DatasetState = z.infer<typeof DatasetState>
