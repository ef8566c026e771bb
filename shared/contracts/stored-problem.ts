import * as z from 'zod'
import type { AppError } from './errors.ts'

const StoredIssue = z
  .object({
    at: z.string().describe('Location: `body.classNames[1]`, `line 7, byte 412`'),
    message: z.string().describe('What is wrong and what is expected'),
  })
  .meta({ id: 'StoredIssue', description: 'One problem of background work that failed.' })

/** Why background work failed, in the form of a problem document. */
export const StoredProblem = z
  .object({
    code: z.string().describe('Machine-readable error code'),
    detail: z.string().describe('What is wrong and what is expected'),
    errors: z.array(StoredIssue).default([]),
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
