import { compareSpecificity, decodePath, parsePathTemplate } from '../../shared/platform/http/path.ts'

/** An operation of the OpenAPI document, reduced to its responses. */
export interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, Answer>>
}

/** A response, or a reference to a shared one. */
export interface Answer {
  readonly $ref?: string
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>
  readonly content?: Readonly<Record<string, unknown>>
  /** The codes of an error response. */
  readonly 'x-error-codes'?: readonly string[]
}

/** The `paths` object of the OpenAPI document. */
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

/** An operation and the JSON pointer of its responses: `#/paths/~1health/get/responses`. */
export interface FoundOperation {
  readonly operation: Operation
  readonly pointer: string
}

/**
 * Creates a lookup of operations by method and raw path. As in the gateway, a literal segment precedes a parameter, and
 * HEAD belongs to GET. The lookup returns undefined if no operation matches.
 */
export function createOperationFinder(paths: Paths) {
  const routes = Object.entries(paths)
    .map(([template, item]) => ({ item, path: parsePathTemplate(template) }))
    .toSorted((a, b) => compareSpecificity(a.path, b.path))
  return (method: string, path: string): FoundOperation | undefined => {
    const segments = decodePath(path.split('?')[0] ?? '')
    const key = (method === 'HEAD' ? 'GET' : method).toLowerCase()
    const route = routes.find((candidate) => candidate.item[key] && segments && candidate.path.match(segments))
    const operation = route?.item[key]
    if (!route || !operation) return undefined
    return { operation, pointer: `#/paths/${escapePointer(route.path.template)}/${key}/responses` }
  }
}

/** Escapes a key for a JSON pointer in a URI fragment. */
export const escapePointer = (key: string): string =>
  encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
