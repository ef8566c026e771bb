import * as z from 'zod'
import type { StoredProblem } from '../../contracts/stored-problem.ts'
import type { Warning } from '../../contracts/warning.ts'
import { storedObject } from './stored-schema.ts'

/** A {@link StoredProblem} in a state object. */
export const ProblemState: z.ZodType<StoredProblem> = storedObject({
  code: z.string(),
  detail: z.string(),
  errors: z.array(storedObject({ at: z.string(), message: z.string() })).default([]),
})

/** A {@link Warning} in a state object. */
export const WarningState: z.ZodType<Warning> = storedObject({ code: z.string(), message: z.string() })
