import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject } from 'zod-openapi'
import manifest from '../../package.json' with { type: 'json' }
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { adjust, withoutStrays } from './adjust.ts'
import { REFUSALS } from './answers.ts'
import { EVENTS } from './events.ts'
import type { Example } from './examples.ts'
import { operationOf, tagOf } from './operation.ts'
import { Problem } from './problem.ts'
import { DESCRIPTION, HEADERS, TAGS, TOKEN } from './texts.ts'

const METHODS = ['GET', 'PUT', 'POST', 'DELETE'] as const

/**
 * The contract as an OpenAPI 3.1 document, in the same order each time.
 * @throws Error naming a tag that nothing is said about, or an example of a call that is not there
 */
export function contractOf(endpoints: readonly Endpoint<never>[], examples: readonly Example[]) {
  const calls = endpoints.filter(({ path }) => path !== '$default')
  refuseStrangers(calls, examples)
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
    paths: pathsOf(calls, examples),
    webhooks: EVENTS,
    components: { schemas: { Problem }, responses: REFUSALS, headers: HEADERS, securitySchemes: { token: TOKEN } },
  }
  const document = withoutStrays(createDocument(contract, { override: adjust }))
  if (document.components?.schemas?.undefinedPage)
    throw new Error('the items of a list have no id: give them one with .meta()')
  return document
}

function pathsOf(calls: readonly Endpoint<never>[], examples: readonly Example[]) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  const order = new Map(METHODS.map((method, at) => [method, at]))
  const sorted = calls.toSorted(
    (a, b) => compare(a.path, b.path) || (order.get(a.method) ?? 0) - (order.get(b.method) ?? 0),
  )
  for (const call of sorted) {
    const item = paths[call.path] ?? {}
    paths[call.path] = item
    item[call.method.toLowerCase()] = operationOf(
      call,
      examples.filter(({ operationId }) => operationId === call.operationId),
    )
  }
  return paths
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function refuseStrangers(calls: readonly Endpoint<never>[], examples: readonly Example[]): void {
  const told = new Set(TAGS.map(([name]) => name))
  const undescribed = calls.find(({ path }) => !told.has(tagOf(path)))
  if (undescribed) throw new Error(`tools/contract/texts.ts says nothing about the tag "${tagOf(undescribed.path)}"`)
  const known = new Set(calls.map(({ operationId }) => operationId))
  const stray = examples.find(({ operationId }) => !known.has(operationId))
  if (stray) throw new Error(`docs/openapi-examples.json has a call "${stray.operationId}" that is not there`)
}

/** The document as it is kept: stable, and easy to compare. */
export const textOf = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`
