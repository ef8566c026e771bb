import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject } from 'zod-openapi'
import manifest from '../../package.json' with { type: 'json' }
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { moveDefaults } from './defaults.ts'
import { EVENTS } from './events.ts'
import type { Example } from './examples.ts'
import { toOperation, toTag } from './operation.ts'
import { Problem } from './problem.ts'
import { ERROR_RESPONSES } from './responses.ts'
import { overrideSchema, removeStrayProperties } from './schema-overrides.ts'
import { addServiceBounds } from './service-bounds.ts'
import { DESCRIPTION, HEADERS, TAGS, TOKEN } from './texts.ts'
import { removeUnused } from './unused.ts'

const METHODS = ['GET', 'PUT', 'POST', 'DELETE'] as const

/**
 * Generates the OpenAPI 3.1 document, in a stable order.
 * @throws Error naming a tag without description, or an example of an unknown operation
 */
export const toOpenApi = (endpoints: readonly Endpoint<never>[], examples: readonly Example[]) =>
  moveDefaults(toDocument(endpoints, examples))

/** Generates the document as {@link toOpenApi} does, with the defaults of body fields as `default`. @throws as toOpenApi */
export function toDocument(endpoints: readonly Endpoint<never>[], examples: readonly Example[]) {
  const calls = endpoints.filter(({ path }) => path !== '$default')
  assertKnownTagsAndExamples(calls, examples)
  const contract: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: {
      title: 'Groundwork',
      version: manifest.version,
      description: DESCRIPTION,
      license: { name: 'Apache License 2.0', identifier: manifest.license },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: TAGS.map(([name, description]) => ({ name, description })),
    paths: toPaths(calls, examples),
    webhooks: EVENTS,
    components: {
      schemas: { Problem },
      responses: ERROR_RESPONSES,
      headers: HEADERS,
      securitySchemes: { token: TOKEN },
    },
  }
  const document = removeStrayProperties(createDocument(contract, { override: overrideSchema }))
  if (document.components?.schemas?.undefinedPage)
    throw new Error('The items of a list need an id: add one with .meta()')
  return removeUnused(addServiceBounds(document))
}

function toPaths(calls: readonly Endpoint<never>[], examples: readonly Example[]) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  const order = new Map(METHODS.map((method, at) => [method, at]))
  const sorted = calls.toSorted(
    (a, b) => compare(a.path, b.path) || (order.get(a.method) ?? 0) - (order.get(b.method) ?? 0),
  )
  for (const call of sorted) {
    const item = paths[call.path] ?? {}
    paths[call.path] = item
    item[call.method.toLowerCase()] = toOperation(
      call,
      examples.filter(({ operationId }) => operationId === call.operationId),
    )
  }
  return paths
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function assertKnownTagsAndExamples(calls: readonly Endpoint<never>[], examples: readonly Example[]): void {
  const described = new Set(TAGS.map(([name]) => name))
  const undescribed = calls.find(({ path }) => !described.has(toTag(path)))
  if (undescribed) throw new Error(`TAGS in tools/contract/texts.ts lacks the tag "${toTag(undescribed.path)}"`)
  const known = new Set(calls.map(({ operationId }) => operationId))
  const stray = examples.find(({ operationId }) => !known.has(operationId))
  if (stray)
    throw new Error(`docs/openapi-examples.json has an example of the unknown operation "${stray.operationId}"`)
}

/** Serializes a document, indented for diffs. */
export const toJsonText = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`
