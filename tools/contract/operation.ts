import * as z from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { answersOf } from './answers.ts'
import type { Example } from './examples.ts'

const REPEATABLE = [
  'Repeat it as often as you like:',
  '`201`, or `202` where it goes on in the background, is the first time;',
  '`200` is the same request again, answered with how it stands now;',
  '`409 conflict` is another request under that name.',
].join(' ')

/** The first part of a path below the version: `batches`; `service` for what has no version. */
export const tagOf = (path: string): string => /^\/v\d+\/([^/]+)/.exec(path)?.[1] ?? 'service'

/** An endpoint's declaration as an operation of the contract. */
export function operationOf(endpoint: Endpoint<never>, examples: readonly Example[]): ZodOpenApiOperationObject {
  const { method, path, operationId, summary, scope } = endpoint
  const description = endpoint.description ?? (method === 'PUT' ? REPEATABLE : undefined)
  return {
    operationId,
    tags: [tagOf(path)],
    summary,
    ...(description !== undefined && { description }),
    security: scope === undefined ? [] : [{ token: [scope] }],
    ...parametersOf(endpoint, examples),
    ...bodyOf(endpoint, examples),
    responses: answersOf(endpoint, examples),
  }
}

const IF_NONE_MATCH = z.object({
  'if-none-match': z.string().optional().meta({ description: 'An ETag that you were given: 304 as long as it holds' }),
})

function parametersOf({ method, params, query }: Endpoint<never>, examples: readonly Example[]) {
  const given = examples.find((example) => example.params)?.params ?? {}
  const path = params instanceof z.ZodObject ? withExamples(params, given) : undefined
  const known = query instanceof z.ZodObject ? query : undefined
  return {
    requestParams: {
      ...(path && { path }),
      ...(known && { query: known }),
      ...(method === 'GET' && { header: IF_NONE_MATCH }),
    },
  }
}

/** Each name in a path with the one that an example has, for who tries a call on a page. */
const withExamples = (params: z.ZodObject, given: Readonly<Record<string, string>>): z.ZodObject =>
  z.object(
    Object.fromEntries(
      Object.entries(params.shape).map(([name, schema]) => {
        const example = given[name]
        if (example === undefined || !(schema instanceof z.ZodType)) return [name, schema]
        return [name, schema.meta({ ...schema.meta(), param: { example } })]
      }),
    ),
  )

function bodyOf({ body }: Endpoint<never>, examples: readonly Example[]) {
  if (!body) return {}
  const sent = examples
    .filter((example) => example.request !== undefined && example.status < 400)
    .map(({ name, summary, request }) => [name, { summary, value: request }] as const)
  return {
    requestBody: {
      required: !body.safeParse({}).success,
      content: {
        'application/json': { schema: body, ...(sent.length > 0 && { examples: Object.fromEntries(sent) }) },
      },
    },
  }
}
