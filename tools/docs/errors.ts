import { AppError, isServerError } from '../../shared/contracts/errors.ts'
import { STATUS } from '../../shared/platform/http/problem.ts'
import { ALL_ERROR_CODES } from '../contract/error-codes.ts'
import { type Contract, listCalls, toHeading } from './api/schema.ts'
import { code, formatCount, table, toAnchor } from './markdown.ts'

/** Writes a table of all error codes: their statuses, and whether the same request may succeed later. Pure. */
export function writeErrorTable(contract: Contract): string {
  const calls = listCalls(contract)
  const rows = ALL_ERROR_CODES.map((name) => {
    const refused = calls.filter(({ responses }) => JSON.stringify(responses[STATUS[name]] ?? '').includes(`${name}`))
    return [
      `[${code(name)}](#${toAnchor(name)})`,
      String(STATUS[name]),
      isServerError(new AppError(name, '')) ? 'yes' : 'no',
      describeCalls(refused.map(toHeading), calls.length),
    ]
  })
  return table(['Code', 'Status', 'Retryable', 'Returned by'], rows)
}

const MAX_NAMED_CALLS = 3

function describeCalls(headings: readonly string[], total: number): string {
  if (headings.length === 0) return 'paths and methods that do not exist'
  if (headings.length === total) return 'all endpoints'
  if (headings.length > MAX_NAMED_CALLS) return `${formatCount(headings.length)} endpoints`
  return headings.map((heading) => `[${code(heading)}](api.md#${toAnchor(heading)})`).join(', ')
}
