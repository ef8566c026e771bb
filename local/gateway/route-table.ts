import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { toRoutedMethod } from '../../shared/platform/http/answered-methods.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { compareSpecificity, parsePathTemplate } from '../../shared/platform/http/path.ts'
import type { LambdaFunction } from './invoke.ts'

/** An endpoint and its Lambda function. */
export interface EndpointFunction extends LambdaFunction<APIGatewayProxyEventV2> {
  readonly endpoint: Pick<Endpoint, 'method' | 'path'>
}

/** The route that matches a request. */
export interface RouteMatch {
  readonly target: EndpointFunction
  /** `ANY /v1/batches/{batch}` for a GET, `PUT /v1/batches/{batch}`, or `$default`. */
  readonly routeKey: string
  readonly pathParameters: Readonly<Record<string, string>>
}

/**
 * Creates a route lookup with the rules of an HTTP API: the whole path must match, and a literal segment precedes a
 * parameter. The route of a GET is `ANY`, as in a deployment: it receives HEAD, OPTIONS, and all methods of its path
 * that have no route. `$default` receives all other requests, including paths with a trailing slash.
 * @returns a lookup by method and decoded path segments, which returns undefined if there is no `$default` either
 * @throws Error when two endpoints declare the same route
 */
export function routeTable(functions: readonly EndpointFunction[]) {
  const known = functions
    .filter(({ endpoint }) => endpoint.path !== '$default')
    .map((target) => ({
      target,
      method: toRoutedMethod(target.endpoint.method),
      path: parsePathTemplate(target.endpoint.path),
    }))
    .toSorted((a, b) => compareSpecificity(a.path, b.path))
  const routes = [...known.filter(({ method }) => method !== 'ANY'), ...known.filter(({ method }) => method === 'ANY')]
  const fallback = functions.find(({ endpoint }) => endpoint.path === '$default')
  assertUniqueRoutes(functions)

  return (method: string, segments: readonly string[]): RouteMatch | undefined => {
    for (const { target, method: routed, path } of routes) {
      if (routed !== method && routed !== 'ANY') continue
      const pathParameters = path.match(segments)
      if (pathParameters) return { target, routeKey: `${routed} ${path.template}`, pathParameters }
    }
    return fallback && { target: fallback, routeKey: '$default', pathParameters: {} }
  }
}

function assertUniqueRoutes(functions: readonly EndpointFunction[]): void {
  const names = new Map<string, string>()
  for (const { name, endpoint } of functions) {
    const { method, path } = endpoint
    const route = path === '$default' ? path : `${method} ${parsePathTemplate(path).shape}`
    const other = names.get(route)
    if (other) throw new Error(`${other} and ${name} both declare ${method} ${path}`)
    names.set(route, name)
  }
}
