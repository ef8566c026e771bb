/** An operation of the contract, as far as its answers go. */
export interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, Answer>>
}

/** An answer, or where it is told for all calls. */
export interface Answer {
  readonly $ref?: string
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>
  readonly content?: Readonly<Record<string, unknown>>
}

/** Paths, as the contract has them. */
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

/** An operation with what leads to its answers: `#/paths/~1health/get/responses` */
export interface Found {
  readonly operation: Operation
  readonly pointer: string
}

/**
 * Finds the operation that a request belongs to, as the gateway does: a literal segment before a parameter. HEAD belongs
 * to GET. Undefined where no operation takes it.
 */
export function operationFinder(paths: Paths) {
  const routes = Object.entries(paths)
    .map(([path, item]) => ({ path, item, segments: path.split('/') }))
    .toSorted((a, b) => (shapeOf(a.path) < shapeOf(b.path) ? -1 : 1))
  return (method: string, path: string): Found | undefined => {
    const segments = decoded(path)
    const key = (method === 'HEAD' ? 'GET' : method).toLowerCase()
    const route = routes.find(({ item, segments: wanted }) => item[key] && segments && fits(wanted, segments))
    const operation = route?.item[key]
    if (!route || !operation) return undefined
    return { operation, pointer: `#/paths/${escaped(route.path)}/${key}/responses` }
  }
}

const shapeOf = (path: string): string => path.replaceAll(/\{[^}]*\}/g, '~').replaceAll('/', ' ')

const fits = (wanted: readonly string[], segments: readonly string[]): boolean =>
  wanted.length === segments.length &&
  wanted.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]))

/** The segments of a path, percent-decoded; undefined when its escapes are malformed. */
function decoded(path: string): string[] | undefined {
  try {
    return (path.split('?')[0] ?? '').split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** A key as JSON pointers write it. */
export const escaped = (key: string): string => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
