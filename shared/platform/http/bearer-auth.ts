import * as z from 'zod'
import { AppError } from '../../contracts/errors.ts'
import { checkToken } from '../tokens/check.ts'
import type { Scope } from '../tokens/token.ts'
import { type FindToken, tokenCache } from '../tokens/token-cache.ts'
import { isPreflight } from './cors.ts'
import type { Endpoint } from './endpoint.ts'
import { getRequestId, type HttpEvent, type Middleware, type StackPorts } from './stack.ts'

const CHALLENGE = 'Bearer realm="groundwork"'

type Guarded = Pick<Endpoint, 'path' | 'scope'>

/**
 * Lets only those in who may: before anything else looks at the request. Refusals say how to ask, in the words of
 * RFC 6750.
 * @param callers is told who sent each event
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function bearerAuth(
  endpoint: Guarded,
  portsFor: (requestId: string) => StackPorts,
  callers: WeakMap<HttpEvent, string>,
): Middleware {
  const find = tokenCache()
  return {
    before: async ({ event, internal }) => {
      const scope = scopeFor(endpoint, event)
      if (scope === undefined) return
      const ports = portsFor(getRequestId(event))
      if (isPreflight(event, ports.config.corsOrigins)) return
      const caller =
        ports.config.authorization === 'iam'
          ? iamCaller(endpoint, event)
          : await tokenCaller(event, scope, find, ports).catch((error: unknown) => {
              internal.challenge = challengeFor(error, event, scope)
              throw error
            })
      internal.caller = caller
      if (caller !== undefined) callers.set(event, caller)
    },
  }
}

/** What is not there is told only to those who may look. */
const scopeFor = ({ path, scope }: Guarded, { rawPath }: HttpEvent): Scope | undefined =>
  path === '$default' && /^\/v1(\/|$)/.test(rawPath) ? 'read' : scope

/** What stands behind `Bearer`, in any case; undefined where there is no such header, or one of another scheme. */
function bearerOf({ headers }: HttpEvent): string | undefined {
  const [scheme = '', ...rest] = headers.authorization?.trim().split(' ') ?? []
  return scheme.toLowerCase() === 'bearer' ? rest.join(' ').trim() : undefined
}

async function tokenCaller(event: HttpEvent, scope: Scope, find: FindToken, ports: StackPorts): Promise<string> {
  const token = bearerOf(event)
  if (token !== undefined) return await checkToken(token, scope, find, ports)
  throw new AppError('unauthorized', 'This call needs a token: send it with authorization: Bearer <token>.')
}

function challengeFor(error: unknown, event: HttpEvent, scope: Scope): string | undefined {
  if (!(error instanceof AppError)) return undefined
  if (error.code === 'forbidden') return `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`
  if (error.code !== 'unauthorized') return undefined
  return bearerOf(event) === undefined ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`
}

const SignedContext = z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) })

/** API Gateway has checked signature and permissions, and says whose they were; `$default` has no authorizer. */
function iamCaller({ path }: Guarded, { requestContext }: HttpEvent): string | undefined {
  const signed = SignedContext.safeParse(requestContext)
  if (signed.success) return signed.data.authorizer.iam.userArn
  if (path === '$default') return undefined
  throw new AppError('unauthorized', 'This call must be signed with AWS credentials (Signature Version 4).')
}
