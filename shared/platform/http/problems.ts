import { AppError } from '../../contracts/errors.ts'
import { logWith, shortenPath, withoutSecrets } from '../observability/log.ts'
import { problem, toStatus } from './problem.ts'
import { toResponse } from './response.ts'
import { getRequestId, type Middleware } from './stack.ts'

/** Turns whatever is thrown into a problem document and a log line. No other code answers with an error status. */
export const problems = (): Middleware => ({
  onError: (request) => {
    const requestId = getRequestId(request.event)
    const error = asAppError(request.error)
    const { caller, challenge } = request.internal
    const log = logWith({ requestId, caller })
    const line = { method: request.event.requestContext.http.method, path: shortenPath(request.event.rawPath) }
    if (error instanceof AppError && toStatus(error.code) < 500)
      log.warn('request.refused', { ...line, code: error.code, detail: withoutSecrets(error.message) })
    else log.error('request.failed', { ...line, error })
    request.response = toResponse(problem(error, requestId))
    if (challenge !== undefined)
      request.response.headers = { ...request.response.headers, 'www-authenticate': challenge }
  },
})

const MAX_PARSER_MESSAGE_CHARACTERS = 200
/** The part of the parser's message that quotes the body: it may hold a secret, and the message is logged too. */
const QUOTED = /, (\.{3})?".*"(\.{3})? is not valid JSON$/s

/** middy's body parser throws errors of its own, with a status: these are the client's errors, not bugs. */
function asAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error) || !('statusCode' in error)) return error
  if (error.statusCode === 415)
    return new AppError(
      'unsupported-media-type',
      'The request body must be JSON; send it with the header "content-type: application/json".',
    )
  if (error.statusCode !== 422) return error
  const message = describeParserError(error.cause)
  return new AppError('invalid-request', `body: ${message}.`, [{ at: 'body', message }])
}

/** Returns the parser's own message, which names the position, or the reserved key that it refused. */
function describeParserError(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return 'must be well-formed JSON'
  if (cause instanceof RangeError) return 'must not be nested so deeply'
  if ('message' in cause) {
    const reason = String(cause.message).replace(QUOTED, '').slice(0, MAX_PARSER_MESSAGE_CHARACTERS)
    return `must be well-formed JSON: ${reason}`
  }
  return 'data' in cause ? `must not have a field ${JSON.stringify(cause.data)}` : 'must be well-formed JSON'
}
