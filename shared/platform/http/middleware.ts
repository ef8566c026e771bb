import { isUtf8 } from 'node:buffer'
import jsonBodyParser from '@middy/http-json-body-parser'
import { AppError } from '../../contracts/errors.ts'
import { logWith, withoutSecrets } from '../observability/log.ts'
import { problem, statusOf } from './problem.ts'
import { toResponse } from './response.ts'
import { type HttpEvent, type Middleware, requestIdOf } from './stack.ts'

const MAX_BODY_BYTES = 1 << 20

/** Turns whatever is thrown into a problem document and a log line: the only place that answers errors. */
export const problems = (): Middleware => ({
  onError: (request) => {
    const requestId = requestIdOf(request.event)
    const error = asAppError(request.error)
    const { caller, challenge } = request.internal
    const log = logWith({ requestId, caller })
    const line = { method: request.event.requestContext.http.method, path: request.event.rawPath }
    if (error instanceof AppError && statusOf(error.code) < 500)
      log.warn('request refused', { ...line, code: error.code, detail: withoutSecrets(error.message) })
    else log.error('request failed', { ...line, error })
    request.response = toResponse(problem(error, requestId))
    if (challenge !== undefined)
      request.response.headers = { ...request.response.headers, 'www-authenticate': challenge }
  },
})

/** Refuses a body that is too large or no UTF-8, before anything parses it. */
export const boundedBody = (): Middleware => ({
  before: ({ event }) => {
    if (event.body === undefined) return
    const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8')
    if (bytes.length > MAX_BODY_BYTES)
      throw new AppError(
        'payload-too-large',
        `The body has ${bytes.length} bytes; at most ${MAX_BODY_BYTES} are taken.`,
      )
    if (!isUtf8(bytes)) throw new AppError('invalid-request', 'body: it is not UTF-8; send JSON encoded as UTF-8.')
  },
})

const MAX_JSON_REASON = 200
/** What stands there may be a secret, and what is said goes to the log too. */
const QUOTED = /, (\.{3})?".*"(\.{3})? is not valid JSON$/s

/**
 * Parses the body as JSON, where there is one. A call that takes none does not mind how it is labelled.
 * @param declared whether the call takes a body
 */
export function jsonBody(declared: boolean): Middleware {
  const { before } = jsonBodyParser({ disableContentTypeCheck: !declared })
  return {
    before: (request) => {
      if (!request.event.body) return
      if (declared) refuseEncoded(request.event)
      return before?.(request)
    },
  }
}

/** Bodies are taken as they are: JSON in UTF-8. */
function refuseEncoded({ headers }: HttpEvent): void {
  const encoding = headers['content-encoding']?.toLowerCase()
  if (encoding !== undefined && encoding !== 'identity')
    throw new AppError('unsupported-media-type', `The body is encoded as ${JSON.stringify(encoding)}; send it plain.`)
  const charset = /;\s*charset="?([^\s;"]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new AppError('unsupported-media-type', `The body is in ${JSON.stringify(charset)}; send it in UTF-8.`)
}

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
