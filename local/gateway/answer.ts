import { validateHeaderName, validateHeaderValue } from 'node:http'
import * as z from 'zod'
import type { Outcome } from './invoke.ts'

/** What the gateway sends. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Each becomes a `set-cookie` of its own. */
  readonly cookies: readonly string[]
  readonly body: Buffer
}

const message = (status: number, text: string): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message: text })),
})

/** What an HTTP API itself answers. */
export const badRequest = message(400, 'Bad Request')
export const notFound = message(404, 'Not Found')
export const tooLarge = message(413, 'Request Entity Too Large')
export const internalError = message(500, 'Internal Server Error')
const unavailable = message(503, 'Service Unavailable')

const Structured = z.object({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

/** The gateway speaks for these itself: they belong to the connection or follow from the body. */
const NOT_TAKEN_OVER = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'])

/**
 * What is sent for the outcome of a call: what a function answers without a `statusCode` is the body of a 200.
 * @throws Error when the function failed, or when its answer is none that an HTTP API takes
 */
export function toAnswer(outcome: Outcome): Answer {
  switch (outcome.kind) {
    case 'failed':
      throw outcome.error
    case 'timed-out':
      return unavailable
    case 'request-too-large':
      return tooLarge
    case 'answered':
      return isStructured(outcome.value) ? structured(Structured.parse(outcome.value)) : inferred(outcome.value)
  }
}

const isStructured = (value: unknown): boolean => typeof value === 'object' && value !== null && 'statusCode' in value

const inferred = (value: unknown): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
})

function structured({ statusCode, headers, cookies, body, isBase64Encoded }: z.infer<typeof Structured>): Answer {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8')
  const named = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)] as const)
  for (const [name, value] of [...named, ...(cookies ?? []).map((cookie) => ['set-cookie', cookie] as const)]) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  return {
    status: statusCode,
    headers: {
      ...(bytes.length > 0 && { 'content-type': 'text/plain; charset=utf-8' }),
      ...Object.fromEntries(named.filter(([name]) => !NOT_TAKEN_OVER.has(name))),
    },
    cookies: cookies ?? [],
    body: bytes,
  }
}
