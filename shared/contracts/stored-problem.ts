import * as z from 'zod'
import type { AppError } from './errors.ts'

/** Why something in the background failed, in the words of a problem document. */
export const StoredProblem = z
  .object({
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ at: z.string(), message: z.string() })).default([]),
  })
  .meta({
    id: 'StoredProblem',
    description: 'Why something in the background failed, in the words of a problem document.',
  })
export type StoredProblem = z.infer<typeof StoredProblem>
/** An error as it is stored. */
export const toStoredProblem = ({ code, message, issues: faults }: AppError): StoredProblem => ({
  code,
  detail: message,
  errors: faults.map(({ at, message }) => ({ at, message })),
})
