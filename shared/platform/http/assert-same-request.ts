import { isDeepStrictEqual } from 'node:util'
import { AppError, type Issue } from '../../contracts/errors.ts'

/**
 * Refuses a request under a name that another request has.
 * @param taken the sentence that says so
 * @throws AppError `conflict` naming every field in which the two differ; nothing when they are equal
 */
export function assertSameRequest<Request extends object>(standing: Request, asked: Request, taken: string): void {
  const fields = new Set([...Object.keys(standing), ...Object.keys(asked)])
  const value = (request: Request, field: string): unknown =>
    Object.entries(request).find(([key]) => key === field)?.[1]
  const different = [...fields].filter((field) => !isDeepStrictEqual(value(standing, field), value(asked, field)))
  if (different.length === 0) return
  const faults: Issue[] = different.map((field) => ({
    at: `body.${field}`,
    message: 'differs from what this name stands for',
  }))
  throw new AppError('conflict', `${taken} It differs in ${different.join(', ')}.`, faults)
}
