import * as z from 'zod'
import { awsObjectPorts } from '../shared/platform/aws/aws-object-ports.ts'
import { lambda, route } from '../shared/platform/http/route.ts'
import type { StackPorts } from '../shared/platform/http/stack.ts'
import { answerUnknownPath } from '../shared/platform/http/unknown-path.ts'
import type { Ports } from '../shared/platform/ports.ts'
import routes from './routes.json' with { type: 'json' }

/** What no other path matches: 405 with `Allow` where another method would have been right, else 404. */
export const endpoint = route(
  {
    method: 'GET',
    path: '$default',
    operationId: 'refuseUnknownPath',
    summary: 'Everything else',
    scope: undefined,
    refuses: ['not-found', 'method-not-allowed'],
    // Nobody looks at it: what is no list has no cursor to be opened.
    query: z.unknown().transform(() => undefined),
    answers: {},
  },
  async ({ method, path }, { requestId }: StackPorts & Pick<Ports, 'requestId'>) =>
    answerUnknownPath(method, path, routes, requestId),
)

export const handler = lambda(endpoint, awsObjectPorts)
