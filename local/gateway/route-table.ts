import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { routedMethods } from '../../shared/platform/http/routed-methods.ts'
import type { LambdaFunction } from './invoke.ts'

/** An endpoint with its Lambda function. */
export interface EndpointFunction extends LambdaFunction<APIGatewayProxyEventV2> {
  readonly endpoint: Pick<Endpoint, 'method' | 'path'>
}

/** The route that a request takes. */
export interface Match {
  readonly called: EndpointFunction
  /** `GET /v1/batches/{batch}`, or `$default` */
  readonly routeKey: string
  readonly pathParameters: Readonly<Record<string, string>>
}

/**
 * Finds a request's route as an HTTP API does: by method and whole path, a literal segment before a parameter, and
 * `$default` for everything else, which includes OPTIONS and a path that ends in a slash. Each GET has a HEAD beside it.
 * @returns a lookup by method and by the path's decoded segments; undefined where not even `$default` is there
 * @throws Error when two endpoints have the same route
 */
export function routeTable(functions: readonly EndpointFunction[]) {
  const routes = functions
    .filter(({ endpoint }) => endpoint.path !== '$default')
    .map((called) => ({ called, segments: called.endpoint.path.split('/').slice(1) }))
    .toSorted((a, b) => (shapeOf(a.segments) < shapeOf(b.segments) ? -1 : 1))
  const fallback = functions.find(({ endpoint }) => endpoint.path === '$default')
  refuseDoubles(functions)

  return (method: string, segments: readonly string[]): Match | undefined => {
    const found = routes.find(
      (route) => routedMethods(route.called.endpoint.method).includes(method) && fits(route.segments, segments),
    )
    if (!found) return fallback && { called: fallback, routeKey: '$default', pathParameters: {} }
    const parameters = found.segments.flatMap((segment, at) =>
      isParameter(segment) ? [[segment.slice(1, -1), segments[at] ?? '']] : [],
    )
    const routeKey = `${method} ${found.called.endpoint.path}`
    return { called: found.called, routeKey, pathParameters: Object.fromEntries(parameters) }
  }
}

const isParameter = (segment: string): boolean => segment.startsWith('{') && segment.endsWith('}')

/** Literals sort before parameters, the first segment counting most. */
const shapeOf = (segments: readonly string[]): string =>
  segments.map((segment) => (isParameter(segment) ? '~' : ` ${segment}`)).join('/')

const fits = (route: readonly string[], segments: readonly string[]): boolean =>
  route.length === segments.length &&
  route.every((part, at) => (isParameter(part) ? segments[at] !== '' : part === segments[at]))

function refuseDoubles(functions: readonly EndpointFunction[]): void {
  const names = new Map<string, string>()
  for (const { name, endpoint } of functions) {
    const route = endpoint.path === '$default' ? '$default' : `${endpoint.method} ${shapeOf(endpoint.path.split('/'))}`
    const other = names.get(route)
    if (other) throw new Error(`${other} and ${name} both declare ${endpoint.method} ${endpoint.path}`)
    names.set(route, name)
  }
}
