import * as z from 'zod'
import type { ZodOpenApiHeadersObject, ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { toStatus } from '../../shared/platform/http/problem.ts'
import { ALL_CODES, codesOf } from './codes.ts'
import type { Example } from './examples.ts'

/** What each status means where an endpoint says nothing more. */
const MEANING: Readonly<Record<number, string>> = {
  200: 'How it stands.',
  201: 'Made.',
  202: 'Taken on; it goes on in the background.',
  204: 'Done; there is nothing more to say.',
  303: 'Too large to be answered: it lies at a link that is good for a limited time.',
  304: 'As it was when you were given the ETag of `if-none-match`.',
}

const header = (name: string) => ({ $ref: `#/components/headers/${name}` })
const ALWAYS = { 'x-request-id': header('x-request-id') }

/** Every answer of a call, by status: those that it declares, 304 to a GET, and a problem for each status from 400 on. */
export function answersOf(endpoint: Endpoint<never>, examples: readonly Example[]): ZodOpenApiResponsesObject {
  const declared = Object.keys(endpoint.answers).map(Number)
  const codes = codesOf(endpoint)
  const responses: Record<`${1 | 2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject | { $ref: string }> = {}
  for (const status of declared) responses[key(status)] = answerOf(status, endpoint, examplesFor(status, examples))
  if (endpoint.method === 'GET') responses['304'] = { description: MEANING[304] ?? '', headers: readHeaders(endpoint) }
  for (const status of new Set(codes.map(toStatus)))
    responses[key(status)] = refusalFor(
      status,
      codes.filter((code) => toStatus(code) === status),
      examplesFor(status, examples),
    )
  return responses
}

/** The statuses of HTTP, as the types of the document write them. */
const key = (status: number): `${1 | 2 | 3 | 4 | 5}${string}` => `${classOf(status)}${String(status).slice(1)}`

const CLASSES = [1, 2, 3, 4, 5] as const
const classOf = (status: number): 1 | 2 | 3 | 4 | 5 => CLASSES[Math.floor(status / 100) - 1] ?? 5

const examplesFor = (status: number, examples: readonly Example[]) =>
  Object.fromEntries(
    examples
      .filter((example) => example.status === status && example.answer !== undefined)
      .map(({ name, summary, answer }) => [name, { summary, value: answer }]),
  )

type Examples = ReturnType<typeof examplesFor>

const shown = (examples: Examples) => (Object.keys(examples).length > 0 ? { examples } : {})

const isPlanned = ({ query }: Endpoint<never>): boolean => query instanceof z.ZodObject && 'validateOnly' in query.shape

function answerOf(status: number, endpoint: Endpoint<never>, examples: Examples): ZodOpenApiResponseObject {
  const planned = status === 200 && isPlanned(endpoint) ? ' With `validateOnly`: what would be.' : ''
  const description = `${MEANING[status] ?? ''}${planned}`
  const headers = headersOf(status, endpoint)
  const schema = endpoint.answers[status]
  if (schema) return { description, headers, content: { 'application/json': { schema, ...shown(examples) } } }
  if (status !== 200 || !endpoint.produces) return { description, headers }
  const types = endpoint.produces.map((type) => [type, { schema: { type: 'string' as const }, ...shown(examples) }])
  return { description, headers, content: Object.fromEntries(types) }
}

/** Of what is read: whether it has changed, and when to look again where it still goes on. */
const readHeaders = ({ produces }: Endpoint<never>): ZodOpenApiHeadersObject => ({
  ...ALWAYS,
  etag: header('etag'),
  ...(produces === undefined && { 'retry-after': header('retry-after-if-under-way') }),
})

function headersOf(status: number, endpoint: Endpoint<never>): ZodOpenApiHeadersObject {
  if (status === 200 && endpoint.method === 'GET') return readHeaders(endpoint)
  if (status === 201 || status === 303) return { ...ALWAYS, location: header('location') }
  if (status === 202) return { ...ALWAYS, location: header('location'), 'retry-after': header('retry-after') }
  return ALWAYS
}

const refusalFor = (status: number, codes: readonly string[], examples: Examples) =>
  codes.length === 1 && Object.keys(examples).length === 0
    ? { $ref: `#/components/responses/${codes[0]}` }
    : refusalOf(status, codes, examples)

function refusalOf(status: number, codes: readonly string[], examples: Examples): ZodOpenApiResponseObject {
  const challenge = status === 401 || status === 403 ? { 'www-authenticate': header('www-authenticate') } : {}
  const pause = status === 429 ? { 'retry-after': header('retry-after-if-known') } : {}
  const narrowed = { properties: { status: { const: status }, code: { enum: [...codes] } } }
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: { ...ALWAYS, ...challenge, ...pause },
    content: {
      'application/problem+json': {
        schema: { allOf: [narrowed, { $ref: '#/components/schemas/Problem' }] },
        ...shown(examples),
      },
    },
  }
}

/** The answers that many calls have: one for each code. */
export const REFUSALS = Object.fromEntries(ALL_CODES.map((code) => [code, refusalOf(toStatus(code), [code], {})]))
