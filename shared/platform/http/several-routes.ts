import type { Ports } from '../ports.ts'
import type { Endpoint } from './endpoint.ts'
import { parsePathTemplate, splitPath } from './path.ts'
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
  const handlers = endpoints.map((endpoint) => ({
    template: parsePathTemplate(endpoint.path),
    handler: publicLambda(endpoint, portsFor),
  }))
  return async (event, context) => {
    const segments = splitPath(event.rawPath)
    const found = handlers.find(({ template }) => template.match(segments))
    if (!found) throw new Error(`This function has no endpoint for ${event.rawPath}`)
    return await found.handler(event, context)
  }
}
