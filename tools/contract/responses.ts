import * as z from 'zod'
import type { ZodOpenApiHeadersObject, ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { toStatus } from '../../shared/platform/http/problem.ts'
import { ALL_ERROR_CODES, listErrorCodes } from './error-codes.ts'
import type { Example } from './examples.ts'

/** Default descriptions by status. */
const STATUS_DESCRIPTIONS: Readonly<Record<number, string>> = {
  200: 'The current state.',
  201: 'Created.',
  202: 'Accepted; processing continues in the background.',
  204: 'Done. The response has no body.',
  303: 'Too large for a response: `location` is a presigned URL that expires.',
  304: 'Not modified since the ETag in `if-none-match`.',
}

const header = (name: string) => ({ $ref: `#/components/headers/${name}` })
const COMMON_HEADERS = { 'x-request-id': header('x-request-id') }

/** Returns all responses of an endpoint by status: the declared ones, 304 for a GET, and a problem per error status. */
export function toResponses(endpoint: Endpoint<never>, examples: readonly Example[]): ZodOpenApiResponsesObject {
  const declared = Object.keys(endpoint.answers).map(Number)
  const codes = listErrorCodes(endpoint)
  const responses: Record<`${1 | 2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject | { $ref: string }> = {}
  for (const status of declared)
    responses[toStatusKey(status)] = toResponse(status, endpoint, examplesFor(status, examples))
  if (endpoint.method === 'GET')
    responses['304'] = { description: STATUS_DESCRIPTIONS[304] ?? '', headers: readHeaders(endpoint) }
  for (const status of new Set(codes.map(toStatus)))
    responses[toStatusKey(status)] = toErrorResponseOrReference(
      status,
      codes.filter((code) => toStatus(code) === status),
      examplesFor(status, examples),
    )
  return responses
}

/** Converts a status to the key type of zod-openapi. */
const toStatusKey = (status: number): `${1 | 2 | 3 | 4 | 5}${string}` =>
  `${toStatusClass(status)}${String(status).slice(1)}`

const CLASSES = [1, 2, 3, 4, 5] as const
const toStatusClass = (status: number): 1 | 2 | 3 | 4 | 5 => CLASSES[Math.floor(status / 100) - 1] ?? 5

const examplesFor = (status: number, examples: readonly Example[]) =>
  Object.fromEntries(
    examples
      .filter((example) => example.status === status && example.answer !== undefined)
      .map(({ name, summary, answer }) => [name, { summary, value: answer }]),
  )

type Examples = ReturnType<typeof examplesFor>

const withExamples = (examples: Examples) => (Object.keys(examples).length > 0 ? { examples } : {})

const hasDryRun = ({ query }: Endpoint<never>): boolean => query instanceof z.ZodObject && 'validateOnly' in query.shape

function toResponse(status: number, endpoint: Endpoint<never>, examples: Examples): ZodOpenApiResponseObject {
  const dryRun = status === 200 && hasDryRun(endpoint) ? ' With `validateOnly`: a preview; nothing is written.' : ''
  const description = `${STATUS_DESCRIPTIONS[status] ?? ''}${dryRun}`
  const headers = toResponseHeaders(status, endpoint)
  const schema = endpoint.answers[status]
  if (schema) return { description, headers, content: { 'application/json': { schema, ...withExamples(examples) } } }
  if (status !== 200 || !endpoint.produces) return { description, headers }
  const types = endpoint.produces.map((type) => [
    type,
    { schema: { type: 'string' as const }, ...withExamples(examples) },
  ])
  return { description, headers, content: Object.fromEntries(types) }
}

/** Headers of a read: its ETag, and when to poll again while work is in progress. */
const readHeaders = ({ produces }: Endpoint<never>): ZodOpenApiHeadersObject => ({
  ...COMMON_HEADERS,
  etag: header('etag'),
  ...(produces === undefined && { 'retry-after': header('retry-after-if-under-way') }),
})

function toResponseHeaders(status: number, endpoint: Endpoint<never>): ZodOpenApiHeadersObject {
  if (status === 200 && endpoint.method === 'GET') return readHeaders(endpoint)
  if (status === 201 || status === 303) return { ...COMMON_HEADERS, location: header('location') }
  if (status === 202) return { ...COMMON_HEADERS, location: header('location'), 'retry-after': header('retry-after') }
  return COMMON_HEADERS
}

const toErrorResponseOrReference = (status: number, codes: readonly string[], examples: Examples) =>
  codes.length === 1 && Object.keys(examples).length === 0
    ? { $ref: `#/components/responses/${codes[0]}` }
    : toErrorResponse(status, codes, examples)

function toErrorResponse(status: number, codes: readonly string[], examples: Examples): ZodOpenApiResponseObject {
  const challenge = status === 401 || status === 403 ? { 'www-authenticate': header('www-authenticate') } : {}
  const pause = status === 429 ? { 'retry-after': header('retry-after-if-known') } : {}
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: { ...COMMON_HEADERS, ...challenge, ...pause },
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        ...withExamples(examples),
      },
    },
    // In the schema, they would give each response a type of its own in generated clients.
    'x-error-codes': codes,
  }
}

/** Shared responses, one per error code. */
export const ERROR_RESPONSES = Object.fromEntries(
  ALL_ERROR_CODES.map((code) => [code, toErrorResponse(toStatus(code), [code], {})]),
)
