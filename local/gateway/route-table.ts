import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { compareSpecificity, parsePathTemplate } from '../../shared/platform/http/path.ts'
import { routedMethods } from '../../shared/platform/http/routed-methods.ts'
import type { LambdaFunction } from './invoke.ts'

/** An endpoint and its Lambda function. */
export interface EndpointFunction extends LambdaFunction<APIGatewayProxyEventV2> {
  readonly endpoint: Pick<Endpoint, 'method' | 'path'>
}

/** The route that matches a request. */
export interface RouteMatch {
  readonly target: EndpointFunction
  /** `GET /v1/batches/{batch}`, or `$default`. */
  readonly routeKey: string
  readonly pathParameters: Readonly<Record<string, string>>
}

/**
 * Creates a route lookup with the rules of an HTTP API: method and whole path must match, a literal segment precedes a
 * parameter, and `$default` receives all other requests, including OPTIONS and paths with a trailing slash. Each GET
 * route also receives HEAD.
 * @returns a lookup by method and decoded path segments, which returns undefined if there is no `$default` either
 * @throws Error when two endpoints declare the same route
 */
export function routeTable(functions: readonly EndpointFunction[]) {
  const routes = functions
    .filter(({ endpoint }) => endpoint.path !== '$default')
    .map((target) => ({ target, path: parsePathTemplate(target.endpoint.path) }))
    .toSorted((a, b) => compareSpecificity(a.path, b.path))
  const fallback = functions.find(({ endpoint }) => endpoint.path === '$default')
  assertUniqueRoutes(functions)

  return (method: string, segments: readonly string[]): RouteMatch | undefined => {
    for (const { target, path } of routes) {
      if (!routedMethods(target.endpoint.method).includes(method)) continue
      const pathParameters = path.match(segments)
      if (pathParameters) return { target, routeKey: `${method} ${path.template}`, pathParameters }
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
