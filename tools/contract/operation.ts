import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import type { Example } from './examples.ts'
import { toResponses } from './responses.ts'

const IDEMPOTENT_PUT = [
  'Idempotent:',
  'the first request returns `201`, or `202` if processing continues in the background;',
  'repeating the same request returns `200` with the current state;',
  'another request under the same name returns `409 conflict`.',
].join(' ')

/** Returns the first path segment after the version, such as `batches`, or `service` for a path without version. */
export const toTag = (path: string): string => /^\/v\d+\/([^/]+)/.exec(path)?.[1] ?? 'service'

/** Converts the declaration of an endpoint to an OpenAPI operation. */
export function toOperation(endpoint: Endpoint<never>, examples: readonly Example[]): ZodOpenApiOperationObject {
  const { method, path, operationId, summary, scope } = endpoint
  const description = endpoint.description ?? (method === 'PUT' ? IDEMPOTENT_PUT : undefined)
  return {
    operationId,
    tags: [toTag(path)],
    summary,
    ...(description !== undefined && { description }),
    security: scope === undefined ? [] : [{ token: [scope] }],
    ...toParameters(endpoint, examples),
    ...toRequestBody(endpoint, examples),
    responses: toResponses(endpoint, examples),
  }
}

const IF_NONE_MATCH = z.object({
  'if-none-match': z
    .string()
    .optional()
    .meta({ description: 'An ETag from an earlier response; returns 304 if it still matches' }),
})

function toParameters({ method, params, query }: Endpoint<never>, examples: readonly Example[]) {
  const exampleParams = examples.find((example) => example.params && example.status < 400)?.params ?? {}
  const path = params instanceof z.ZodObject ? addParamExamples(params, exampleParams) : undefined
  const querySchema = query instanceof z.ZodObject ? addParamExamples(query, DRY_RUN) : undefined
  return {
    requestParams: {
      ...(path && { path }),
      ...(querySchema && { query: querySchema }),
      ...(method === 'GET' && { header: IF_NONE_MATCH }),
    },
  }
}

/** The example of a request with a dry run is one, so that whoever tries an example changes nothing. */
const DRY_RUN = { validateOnly: 'true' }

/** Adds example values to parameters. The API docs page fills its forms with them; clients do not. */
const addParamExamples = (params: z.ZodObject, examples: Readonly<Record<string, string>>): z.ZodObject =>
  z.object(
    Object.fromEntries(
      Object.entries(params.shape).map(([name, schema]) => {
        const example = examples[name]
        if (example === undefined || !(schema instanceof z.ZodType)) return [name, schema]
        return [name, schema.meta({ ...schema.meta(), param: { example: readExample(example, schema) } })]
      }),
    ),
  )

/** A parameter that is not text is shown as what it is. */
function readExample(example: string, schema: z.ZodType): string | number | boolean {
  const { data } = schema.safeParse(example)
  return typeof data === 'number' || typeof data === 'boolean' ? data : example
}

function toRequestBody({ body }: Endpoint<never>, examples: readonly Example[]) {
  if (!body) return {}
  const sent = examples
    .filter((example) => example.request !== undefined && example.status < 400)
    // One that is sent again is the same example.
    .filter(({ request }, at, all) => all.findIndex((one) => isDeepStrictEqual(one.request, request)) === at)
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
