import * as z from 'zod'
import type { AppError } from './errors.ts'

/** Why background work failed, in the form of a problem document. */
export const StoredProblem = z
  .object({
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ at: z.string(), message: z.string() })).default([]),
  })
  .meta({
    id: 'StoredProblem',
    description: 'Why background work failed, in the form of a problem document.',
  })
export type StoredProblem = z.infer<typeof StoredProblem>

/** Converts an error to the form in which it is stored. Pure. */
export const toStoredProblem = ({ code, message, issues }: AppError): StoredProblem => ({
  code,
  detail: message,
  errors: issues.map(({ at, message }) => ({ at, message })),
})
