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
 * Authenticates the caller and checks the endpoint's scope, before any other part of the request is read. Refusals
 * carry the `WWW-Authenticate` challenge of RFC 6750.
 * @param callers receives the name of each event's caller
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
      const scope = requiredScope(endpoint, event)
      if (scope === undefined) return
      const ports = portsFor(getRequestId(event))
      if (isPreflight(event, ports.config.corsOrigins)) return
      const caller =
        ports.config.authorization === 'iam'
          ? authenticateIam(endpoint, event)
          : await authenticateToken(event, scope, find, ports).catch((error: unknown) => {
              internal.challenge = challengeFor(error, event, scope)
              throw error
            })
      internal.caller = caller
      if (caller !== undefined) callers.set(event, caller)
    },
  }
}

/** Unknown paths under `/v1` need a token too, so that anonymous callers cannot find out which routes exist. */
const requiredScope = ({ path, scope }: Guarded, { rawPath }: HttpEvent): Scope | undefined =>
  path === '$default' && isUnderV1(rawPath) ? 'read' : scope

/** Whether a path is `/v1` or below it. Pure. */
export const isUnderV1 = (path: string): boolean => /^\/v1(\/|$)/.test(path)

/** Returns the credentials of the `Bearer` scheme (case-insensitive); undefined without them. */
function bearerToken({ headers }: HttpEvent): string | undefined {
  const [scheme = '', ...rest] = headers.authorization?.trim().split(' ') ?? []
  return scheme.toLowerCase() === 'bearer' ? rest.join(' ').trim() : undefined
}

async function authenticateToken(event: HttpEvent, scope: Scope, find: FindToken, ports: StackPorts): Promise<string> {
  const token = bearerToken(event)
  if (token !== undefined) return await checkToken(token, scope, find, ports)
  throw new AppError('unauthorized', 'This endpoint requires a token; send the header "authorization: Bearer <token>".')
}

function challengeFor(error: unknown, event: HttpEvent, scope: Scope): string | undefined {
  if (!(error instanceof AppError)) return undefined
  if (error.code === 'forbidden') return `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`
  if (error.code !== 'unauthorized') return undefined
  return bearerToken(event) === undefined ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`
}

const SignedContext = z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) })

/** API Gateway has verified the signature and the permissions. The route `$default` has no authorizer. */
function authenticateIam({ path }: Guarded, { requestContext }: HttpEvent): string | undefined {
  const signed = SignedContext.safeParse(requestContext)
  if (signed.success) return signed.data.authorizer.iam.userArn
  if (path === '$default') return undefined
  throw new AppError('unauthorized', 'This request must be signed with AWS credentials (Signature Version 4).')
}
