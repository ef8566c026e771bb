import { isDeepStrictEqual } from 'node:util'
import { AppError, type Issue } from '../../contracts/errors.ts'

/**
 * Refuses a request under a name that was created by a different request.
 * @param existing the request that the name was created with
 * @param request the new request
 * @param taken a sentence that says the name is taken; the fields that differ are appended
 * @throws AppError `conflict` with one issue for each field that differs
 */
export function assertSameRequest<Request extends object>(existing: Request, request: Request, taken: string): void {
  const fields = new Set([...Object.keys(existing), ...Object.keys(request)])
  const valueAt = (from: Request, field: string): unknown => Object.entries(from).find(([key]) => key === field)?.[1]
  const different = [...fields].filter((field) => !isDeepStrictEqual(valueAt(existing, field), valueAt(request, field)))
  if (different.length === 0) return
  const issues: Issue[] = different.map((field) => ({
    at: `body.${field}`,
    message: 'must be the same as in the request that created it',
  }))
  throw new AppError('conflict', `${taken} Fields that differ: ${different.join(', ')}.`, issues)
}
