import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import * as z from 'zod'
import { awsPorts } from '../shared/aws-ports.ts'
import { lambda, route } from '../shared/http/route.ts'
import { answerUnknownPath } from '../shared/http/unknown-path.ts'
import type { Ports, PortsFor } from '../shared/ports.ts'
import routes from './routes.json' with { type: 'json' }

/** What no other path matches: 405 with `Allow` where another method would have been right, else 404. */
export const endpoint = route(
  { method: 'GET', path: '$default', summary: 'Everything else', scope: undefined, query: z.unknown(), answers: {} },
  async () => answerUnknownPath('GET', '/', routes, ''),
)

/** The handler over any ports: only the event says what was asked for, so the endpoint is made for each. */
export const answerUnknown = (portsFor: PortsFor) => (event: APIGatewayProxyEventV2, context: Context) => {
  const { method, path } = event.requestContext.http
  const run = async (_input: unknown, { requestId }: Ports) => answerUnknownPath(method, path, routes, requestId)
  // A body that nobody will read cannot be wrong.
  return lambda({ ...endpoint, run }, portsFor)({ ...event, body: '', isBase64Encoded: false }, context)
}

export const handler = answerUnknown(awsPorts)
