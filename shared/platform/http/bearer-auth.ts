import * as z from 'zod'
import { AppError } from '../../contracts/errors.ts'
import type { SessionWorker } from '../../contracts/worker.ts'
import { checkToken } from '../tokens/check.ts'
import { type EndpointScope, SESSION_PREFIX } from '../tokens/token.ts'
import { tokenCache } from '../tokens/token-cache.ts'
import { isPreflight } from './cors.ts'
import type { Endpoint } from './endpoint.ts'
import { getRequestId, type HttpEvent, type Middleware, type StackPorts } from './stack.ts'

const CHALLENGE = 'Bearer realm="groundwork"'

type Guarded = Pick<Endpoint<never>, 'path' | 'scope' | 'sessions'>

/** Who sent a request. */
export interface Caller {
  /** For log lines: a token's name, the ARN of an IAM user, or a worker's pseudonym. */
  readonly name: string
  /** Whose session it was. */
  readonly worker?: SessionWorker
}

/**
 * Authenticates the caller and checks the endpoint's scope, before any other part of the request is read. Refusals
 * carry the `WWW-Authenticate` challenge of RFC 6750.
 * @param callers receives each event's caller
 * @throws Error when the endpoint has the scope `label`, and nothing that verifies sessions
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function bearerAuth(
  endpoint: Guarded,
  portsFor: (requestId: string) => StackPorts,
  callers: WeakMap<HttpEvent, Caller>,
): Middleware {
  const authenticate = endpoint.scope === 'label' ? sessionAuthentication(endpoint) : tokenAuthentication()
  return {
    before: async ({ event, internal }) => {
      const scope = requiredScope(endpoint, event)
      if (scope === undefined) return
      const ports = portsFor(getRequestId(event))
      if (isPreflight(event, ports.config.corsOrigins)) return
      // API Gateway verifies no signature where workers call: they have no AWS credentials.
      const isSigned = ports.config.authorization === 'iam' && scope !== 'label'
      const caller = isSigned
        ? authenticateIam(endpoint, event)
        : await authenticate(event, scope, ports).catch((error: unknown) => {
            internal.challenge = challengeFor(error, event, scope)
            throw error
          })
      internal.caller = caller?.name
      if (caller) callers.set(event, caller)
    },
  }
}

/** Unknown paths under `/v1` need a token too, so that anonymous callers cannot find out which routes exist. */
const requiredScope = ({ path, scope }: Guarded, { rawPath }: HttpEvent): EndpointScope | undefined =>
  path === '$default' && isUnderV1(rawPath) ? 'read' : scope

/** Whether a path is `/v1` or below it. Pure. */
export const isUnderV1 = (path: string): boolean => /^\/v1(\/|$)/.test(path)

/** Returns the credentials of the `Bearer` scheme (case-insensitive); undefined without them. */
function bearerToken({ headers }: HttpEvent): string | undefined {
  const [scheme = '', ...rest] = headers.authorization?.trim().split(' ') ?? []
  return scheme.toLowerCase() === 'bearer' ? rest.join(' ').trim() : undefined
}

type Authenticate = (event: HttpEvent, scope: EndpointScope, ports: StackPorts) => Promise<Caller>

function tokenAuthentication(): Authenticate {
  const find = tokenCache()
  return async (event, scope, ports) => ({ name: await checkToken(requireBearer(event), scope, find, ports) })
}

/** Sessions are accepted, and tokens are refused: as unknown, or as those of somebody else than a worker. */
function sessionAuthentication({ path, sessions }: Guarded): Authenticate {
  if (!sessions) throw new Error(`${path} has the scope "label" and must declare its sessions`)
  const check = sessions()
  const authenticateToken = tokenAuthentication()
  return async (event, scope, ports) => {
    const text = requireBearer(event)
    if (!text.startsWith(SESSION_PREFIX)) return await authenticateToken(event, scope, ports)
    const worker = await check(text, ports)
    return { name: worker.id, worker }
  }
}

function requireBearer(event: HttpEvent): string {
  const token = bearerToken(event)
  if (token !== undefined) return token
  throw new AppError('unauthorized', 'This endpoint requires a token; send the header "authorization: Bearer <token>".')
}

function challengeFor(error: unknown, event: HttpEvent, scope: EndpointScope): string | undefined {
  if (!(error instanceof AppError)) return undefined
  if (error.code === 'forbidden') return `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`
  if (error.code !== 'unauthorized') return undefined
  return bearerToken(event) === undefined ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`
}

const SignedContext = z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) })

/** API Gateway has verified the signature and the permissions. The route `$default` has no authorizer. */
function authenticateIam({ path }: Guarded, { requestContext }: HttpEvent): Caller | undefined {
  const signed = SignedContext.safeParse(requestContext)
  if (signed.success) return { name: signed.data.authorizer.iam.userArn }
  if (path === '$default') return undefined
  throw new AppError('unauthorized', 'This request must be signed with AWS credentials (Signature Version 4).')
}
