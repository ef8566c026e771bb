import * as z from 'zod'
import { lambda, route } from '../shared/http/route.ts'
import { answerUnknownPath } from '../shared/http/unknown-path.ts'
import type { Ports } from '../shared/ports.ts'
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
    query: z.unknown(),
    answers: {},
  },
  async ({ method, path }, { requestId }: Pick<Ports, 'requestId'>) =>
    answerUnknownPath(method, path, routes, requestId),
)

export const handler = lambda(endpoint, (requestId) => ({ requestId }))
