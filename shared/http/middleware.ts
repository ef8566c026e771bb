import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { MiddlewareObj } from '@middy/core'
import jsonBodyParser from '@middy/http-json-body-parser'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { AppError } from '../errors.ts'
import { logWith } from '../log.ts'
import { problem, statusOf } from './problem.ts'
import { toResponse } from './response.ts'

type Middleware = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>

const MAX_BODY_BYTES = 1 << 20
const REQUEST_ID = /^[\w.-]{1,128}$/

/** The id that names a request everywhere: the caller's `x-request-id` where it is a plain one, else the gateway's. */
export function requestIdOf(event: APIGatewayProxyEventV2): string {
  const given = event.headers['x-request-id']
  return given !== undefined && REQUEST_ID.test(given) ? given : event.requestContext.requestId
}

/** Puts `x-request-id` on every response. */
export const requestIdentity = (): Middleware => ({
  after: ({ event, response }) => {
    if (response) response.headers = { ...response.headers, 'x-request-id': requestIdOf(event) }
  },
})

/** Turns whatever is thrown into a problem document and a log line: the only place that answers errors. */
export const problems = (): Middleware => ({
  onError: (request) => {
    const requestId = requestIdOf(request.event)
    const error = asAppError(request.error)
    const log = logWith({ requestId })
    const line = { method: request.event.requestContext.http.method, path: request.event.rawPath }
    if (error instanceof AppError && statusOf(error.code) < 500)
      log.warn('request refused', { ...line, code: error.code, detail: error.message })
    else log.error('request failed', { ...line, error })
    request.response = toResponse(problem(error, requestId))
    request.response.headers = { ...request.response.headers, 'x-request-id': requestId }
  },
})

/** Gives every GET of JSON an ETag, and 304 to a caller who has that version already. */
export const conditionalGet = (): Middleware => ({
  after: (request) => {
    const { event, response } = request
    if (event.requestContext.http.method !== 'GET' || response?.statusCode !== 200 || response.body === undefined)
      return
    const etag = `"${createHash('sha256').update(response.body).digest('base64url').slice(0, 27)}"`
    response.headers = { ...response.headers, etag }
    const known = event.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    if (!known?.includes(etag) && !known?.includes('*')) return
    response.statusCode = 304
    delete response.body
    delete response.headers['content-type']
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

/**
 * Parses the body as JSON, where there is one. A call that takes none does not mind how it is labelled.
 * @param declared whether the call takes a body
 */
export function jsonBody(declared: boolean): Middleware {
  const { before } = jsonBodyParser({ disableContentTypeCheck: !declared })
  return { before: (request) => (request.event.body ? before?.(request) : undefined) }
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
  if ('message' in cause) return `not well-formed JSON: ${String(cause.message).slice(0, MAX_JSON_REASON)}`
  return 'data' in cause ? `must not have a field ${JSON.stringify(cause.data)}` : 'not well-formed JSON'
}
