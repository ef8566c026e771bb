import * as z from 'zod'
import { awsObjectPorts } from '../shared/platform/aws/aws-object-ports.ts'
import { lambda, route } from '../shared/platform/http/route.ts'
import type { StackPorts } from '../shared/platform/http/stack.ts'
import { answerUnknownPath } from '../shared/platform/http/unknown-path.ts'
import type { Ports } from '../shared/platform/ports.ts'
import routes from './routes.json' with { type: 'json' }

/** The route `$default`, for requests without a route: 405 with `Allow` when the path has other methods, else 404. */
export const endpoint = route(
  {
    method: 'GET',
    path: '$default',
    operationId: 'refuseUnknownPath',
    summary: 'Unknown paths and methods',
    scope: undefined,
    refuses: ['not-found', 'method-not-allowed'],
    permissions: ['seeBucket'],
    // The query is dropped, so that the cursor of an unknown path is not verified.
    query: z.unknown().transform(() => undefined),
    answers: {},
  },
  async ({ method, path }, { requestId }: StackPorts & Pick<Ports, 'requestId'>) =>
    answerUnknownPath(method, path, routes, requestId),
)

export const handler = lambda(endpoint, awsObjectPorts)
