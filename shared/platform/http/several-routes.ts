import type { Ports } from '../ports.ts'
import { toRoutedMethod } from './answered-methods.ts'
import type { Endpoint } from './endpoint.ts'
import { publicLambda } from './route.ts'
import type { HttpHandler } from './stack.ts'

/**
 * Returns the Lambda handler of endpoints without authentication that one function serves, so that all of them are of the
 * same version.
 * @param portsFor makes the ports of one request
 * @throws Error when an endpoint declares a scope
 */
export function publicLambdas<Needed extends Pick<Ports, 'config' | 'now' | 'requestId'>>(
  endpoints: readonly Endpoint<Needed>[],
  portsFor: (requestId: string) => Needed,
): HttpHandler {
  // Which path was requested is known to the gateway: here it is decoded, and a segment may contain a slash.
  const handlers = new Map(
    endpoints.map((endpoint) => [
      `${toRoutedMethod(endpoint.method)} ${endpoint.path}`,
      publicLambda(endpoint, portsFor),
    ]),
  )
  return async (event, context) => {
    const handler = handlers.get(event.routeKey)
    if (!handler) throw new Error(`This function has no endpoint for the route ${event.routeKey}`)
    return await handler(event, context)
  }
}
