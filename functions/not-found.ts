import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import * as z from 'zod'
import { awsPorts } from '../shared/aws-ports.ts'
import { AppError } from '../shared/errors.ts'
import { problem } from '../shared/http/problem.ts'
import { lambda, route } from '../shared/http/route.ts'
import type { Ports } from '../shared/ports.ts'
import routes from './routes.json' with { type: 'json' }

/** What no other path matches: 405 with `Allow` where another method would have been right, else 404. */
export const endpoint = route(
  { method: 'GET', path: '$default', summary: 'Everything else', scope: undefined, query: z.unknown(), answers: {} },
  async () => {
    throw new AppError('not-found', 'Nothing is here.')
  },
)

/** The handler over any ports: only the event says what was asked for, so the endpoint is made for each. */
export const answerUnknown =
  (portsFor: (requestId: string) => Ports) => (event: APIGatewayProxyEventV2, context: Context) => {
    const { method, path } = event.requestContext.http
    const run = async (_input: unknown, { requestId }: Ports) => {
      const methods = methodsOf(path)
      if (methods.length === 0) throw new AppError('not-found', `There is nothing at ${path}.${hintFor(path)}`)
      const allow = methods.join(', ')
      const refusal = problem(
        new AppError('method-not-allowed', `${path} does not know ${method}; it knows ${allow}.`),
        requestId,
      )
      return { ...refusal, headers: { ...refusal.headers, allow } }
    }
    // A body that nobody will read cannot be wrong.
    return lambda({ ...endpoint, run }, portsFor)({ ...event, body: '', isBase64Encoded: false }, context)
  }

export const handler = answerUnknown(awsPorts)

const methodsOf = (path: string): string[] =>
  routes.filter((known) => fits(known.path.split('/'), path.split('/'))).map(({ method }) => method)

const fits = (template: readonly string[], segments: readonly string[]): boolean =>
  template.length === segments.length &&
  template.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]))

const hintFor = (path: string): string =>
  path.endsWith('/') && methodsOf(path.slice(0, -1)).length > 0 ? ' Leave out the slash at its end.' : ''
