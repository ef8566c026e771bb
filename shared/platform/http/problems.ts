import { AppError } from '../../contracts/errors.ts'
import { logWith, withoutSecrets } from '../observability/log.ts'
import { problem, toStatus } from './problem.ts'
import { toResponse } from './response.ts'
import { getRequestId, type Middleware } from './stack.ts'

/** Turns whatever is thrown into a problem document and a log line: the only place that answers errors. */
export const problems = (): Middleware => ({
  onError: (request) => {
    const requestId = getRequestId(request.event)
    const error = asAppError(request.error)
    const { caller, challenge } = request.internal
    const log = logWith({ requestId, caller })
    const line = { method: request.event.requestContext.http.method, path: request.event.rawPath }
    if (error instanceof AppError && toStatus(error.code) < 500)
      log.warn('request.refused', { ...line, code: error.code, detail: withoutSecrets(error.message) })
    else log.error('request.failed', { ...line, error })
    request.response = toResponse(problem(error, requestId))
    if (challenge !== undefined)
      request.response.headers = { ...request.response.headers, 'www-authenticate': challenge }
  },
})

const MAX_JSON_REASON = 200
/** What stands there may be a secret, and what is said goes to the log too. */
const QUOTED = /, (\.{3})?".*"(\.{3})? is not valid JSON$/s

/** The body parser of middy throws errors of its own: these are the caller's faults, not ours. */
function asAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error) || !('statusCode' in error)) return error
  if (error.statusCode === 415)
    return new AppError('unsupported-media-type', 'The body must be JSON: send it with content-type: application/json.')
  if (error.statusCode !== 422) return error
  const message = notJson(error.cause)
  return new AppError('invalid-request', `body: ${message}.`, [{ at: 'body', message }])
}

/** What the parser found, in its words, which say where; or a key that it lets nobody set. */
function notJson(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return 'not well-formed JSON'
  if (cause instanceof RangeError) return 'nested too deeply'
  if ('message' in cause)
    return `not well-formed JSON: ${String(cause.message).replace(QUOTED, '').slice(0, MAX_JSON_REASON)}`
  return 'data' in cause ? `must not have a field ${JSON.stringify(cause.data)}` : 'not well-formed JSON'
}
