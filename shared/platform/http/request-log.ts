import { logWith, shortenPath } from '../observability/log.ts'
import { currentMeter } from '../observability/request-meter.ts'
import type { Ports } from '../ports.ts'
import { getRequestId, type Middleware } from './stack.ts'

/**
 * Logs `request.completed` once for each request, after all other middlewares: method, route, path parameters, caller,
 * status, duration, and the requests that it made of S3, SQS and SageMaker with their depth. Headers and query are not
 * logged.
 */
export function requestLog(route: string, portsFor: (requestId: string) => Pick<Ports, 'now'>): Middleware {
  const write: Middleware['after'] = ({ event, response, internal: { caller, elapsed } }) => {
    const { method } = event.requestContext.http
    const taken = { milliseconds: elapsed?.(), ...currentMeter()?.report() }
    const parameters = Object.entries(event.pathParameters ?? {}).map(([name, value = '']) => [
      name,
      shortenPath(value),
    ])
    const line = { ...Object.fromEntries(parameters), method, route, status: response?.statusCode, ...taken }
    logWith({ requestId: getRequestId(event), caller }).info('request.completed', line)
  }
  return {
    before: ({ event, internal }) => {
      const { now } = portsFor(getRequestId(event))
      const startedAt = now().getTime()
      internal.elapsed = () => now().getTime() - startedAt
    },
    after: write,
    onError: write,
  }
}
