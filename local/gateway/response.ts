import { validateHeaderName, validateHeaderValue } from 'node:http'
import * as z from 'zod'
import { AppError } from '../../shared/contracts/errors.ts'
import { problem } from '../../shared/platform/http/problem.ts'
import type { Outcome } from './invoke.ts'

/** An HTTP response of the gateway. */
export interface GatewayResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Each is sent in its own `set-cookie` header. */
  readonly cookies: readonly string[]
  readonly body: Buffer
}

const message = (status: number, text: string): GatewayResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message: text })),
})

/** Responses that API Gateway sends itself, without a function. */
export const badRequest = message(400, 'Bad Request')
export const notFound = message(404, 'Not Found')
export const tooLarge = message(413, 'Request Entity Too Large')
export const internalError = message(500, 'Internal Server Error')
const unavailable = message(503, 'Service Unavailable')

/** The response to a request that the door of the local stack refuses: a problem document, as functions send. */
export function refused(reason: string, requestId: string): GatewayResponse {
  const { status, headers, body } = problem(new AppError('forbidden', reason), requestId)
  const common = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-request-id': requestId }
  return { status, headers: { ...common, ...headers }, cookies: [], body: Buffer.from(JSON.stringify(body)) }
}

const Structured = z.object({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

/** Headers that the gateway sets itself: they belong to the connection or follow from the body. */
const IGNORED_HEADERS = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'])

/**
 * Converts the outcome of an invocation to a response. A result without `statusCode` becomes the body of a 200, as with
 * payload format 2.0.
 * @throws Error when the function failed or returned a malformed response
 */
export function toResponse(outcome: Outcome): GatewayResponse {
  switch (outcome.kind) {
    case 'failed':
      throw outcome.error
    case 'timed-out':
      return unavailable
    case 'request-too-large':
      return tooLarge
    case 'answered':
      return isStructured(outcome.value)
        ? structuredResponse(Structured.parse(outcome.value))
        : inferResponse(outcome.value)
  }
}

const isStructured = (value: unknown): boolean => typeof value === 'object' && value !== null && 'statusCode' in value

const inferResponse = (value: unknown): GatewayResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
})

function structuredResponse({
  statusCode,
  headers,
  cookies,
  body,
  isBase64Encoded,
}: z.infer<typeof Structured>): GatewayResponse {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8')
  const entries = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)] as const)
  for (const [name, value] of [...entries, ...(cookies ?? []).map((cookie) => ['set-cookie', cookie] as const)]) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  return {
    status: statusCode,
    headers: {
      ...(bytes.length > 0 && { 'content-type': 'text/plain; charset=utf-8' }),
      ...Object.fromEntries(entries.filter(([name]) => !IGNORED_HEADERS.has(name))),
    },
    cookies: cookies ?? [],
    body: bytes,
  }
}
