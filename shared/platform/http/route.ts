import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import type * as z from 'zod'
import { PageQuery, type PageRequest, pageSchema } from '../../contracts/page.ts'
import { withMeter } from '../observability/request-meter.ts'
import type { LogKeys, Ports } from '../ports.ts'
import type { EndpointScope } from '../tokens/token.ts'
import { answeredMethods, toRoutedMethod } from './answered-methods.ts'
import { bearerAuth, type Caller, isUnderV1 } from './bearer-auth.ts'
import { bodyLimit } from './body-limit.ts'
import { compress } from './compress.ts'
import { cors } from './cors.ts'
import { sealedCursors } from './cursors.ts'
import type { CallerInput, Declaration, Endpoint, Input, ListDeclaration } from './endpoint.ts'
import { etag } from './etag.ts'
import { headWithoutBody } from './head.ts'
import { parseInput } from './input.ts'
import { jsonBody } from './json-body.ts'
import { payloadEncoding } from './payload-encoding.ts'
import { plainBody } from './plain-body.ts'
import { problems } from './problems.ts'
import type { Reply } from './reply.ts'
import { requestLog } from './request-log.ts'
import { toResponse } from './response.ts'
import { responseLimit } from './response-limit.ts'
import { secureHeaders } from './secure-headers.ts'
import {
  getRequestId,
  type HttpEvent,
  type HttpHandler,
  type HttpResponse,
  type Internal,
  type StackPorts,
} from './stack.ts'
import { unknownPath } from './unknown-path.ts'

/**
 * Declares an endpoint.
 *
 * `run` gets the path parameters, query and body as their schemas parsed them; a part without a schema is `undefined`.
 * It returns a reply, and throws AppError to refuse the request. For a list (`paged`), the query has `limit` and
 * `cursor`, and the reply's body is a page. With the scope `label`, the input has the `worker` who called.
 * @example
 * export const endpoint = route(
 *   {
 *     method: 'GET',
 *     path: '/v1/webhooks/{webhook}',
 *     operationId: 'getWebhook',
 *     summary: 'Get a webhook',
 *     scope: 'read',
 *     refuses: ['not-found'],
 *     permissions: ['seeBucket', 'readWebhooks'],
 *     params: z.object({ webhook: WebhookName }),
 *     answers: { 200: WebhookView },
 *   },
 *   async ({ params: { webhook } }, ports) => ok(toWebhookView(webhook, await getWebhook(webhook, ports), ports.now())),
 * )
 */
export function route<
  Item extends z.ZodType,
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType<PageRequest> = typeof PageQuery,
  Needed = Ports,
  Access extends EndpointScope | undefined = undefined,
>(
  declaration: ListDeclaration<Params, Query, Item, Access>,
  run: (
    input: Input<z.infer<Params>, z.infer<Query>, undefined> & CallerInput<Access>,
    ports: Needed,
  ) => Promise<Reply>,
): Endpoint<Needed>
export function route<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Needed = Ports,
  Access extends EndpointScope | undefined = undefined,
>(
  declaration: Declaration<Params, Query, Body, Access>,
  run: (
    input: Input<z.infer<Params>, z.infer<Query>, z.infer<Body>> & CallerInput<Access>,
    ports: Needed,
  ) => Promise<Reply>,
): Endpoint<Needed>
export function route<Needed>(
  declaration: AnyDeclaration,
  run: (input: never, ports: Needed) => Promise<Reply>,
): Endpoint<Needed> {
  // `run` is only called with input that the declaration's own schemas parsed, so it always gets the type that it
  // declares.
  const handling = { run: run as Endpoint<Needed>['run'] }
  if (!('paged' in declaration)) return { ...declaration, ...handling }
  const { paged, pageFields, query = PageQuery, ...rest } = declaration
  return { ...rest, paged, query, answers: { 200: pageSchema(paged, pageFields) }, ...handling }
}

type AnyDeclaration =
  | Declaration<z.ZodType, z.ZodType, z.ZodType>
  | ListDeclaration<z.ZodType, z.ZodType<PageRequest>, z.ZodType>

/** The ports that the handler stack uses without authentication and cursors. */
type PublicPorts = Pick<Ports, 'config' | 'now' | 'requestId'>

type PortsMaker<Needed> = (requestId: string, logKeys?: LogKeys) => Needed

/**
 * Returns the Lambda handler of an endpoint, with the middleware stack that every request passes through. The handler
 * of a GET receives every method of its path that has no route, and refuses these as `$default` does.
 * @param portsFor makes the ports of one request
 * @example
 * export const handler = lambda(endpoint, awsPorts)
 */
export function lambda<Needed extends StackPorts>(
  endpoint: Endpoint<Needed>,
  portsFor: PortsMaker<Needed>,
): HttpHandler {
  const own = authenticatedStack(endpoint, portsFor)
  return isRoutedAsAny(endpoint) ? refuseOtherMethods(own, authenticatedStack(unknownPath, portsFor)) : own
}

/**
 * Returns the Lambda handler of an endpoint without authentication and state: it needs no tokens and no object store,
 * so its bundle has no AWS client.
 * @throws Error when the endpoint declares a scope, or is a GET under `/v1`, where other methods require a token
 * @example
 * export const handler = publicLambda(endpoint, anonymousPorts)
 */
export function publicLambda<Needed extends PublicPorts>(
  endpoint: Endpoint<Needed>,
  portsFor: PortsMaker<Needed>,
): HttpHandler {
  const { method, operationId, path, scope } = endpoint
  if (scope !== undefined || (method === 'GET' && isUnderV1(path)))
    throw new Error(`${operationId} requires a token; use lambda() instead of publicLambda()`)
  const own = publicStack(endpoint, portsFor)
  return isRoutedAsAny(endpoint) ? refuseOtherMethods(own, publicStack(unknownPath, portsFor)) : own
}

/** Whether the endpoint's route is the `ANY` of its path. */
const isRoutedAsAny = ({ method, path }: Pick<Endpoint, 'method' | 'path'>): boolean =>
  toRoutedMethod(method) === 'ANY' && path !== '$default'

const refuseOtherMethods =
  (read: HttpHandler, refuse: HttpHandler): HttpHandler =>
  (event, context) =>
    (answeredMethods('GET').includes(event.requestContext.http.method) ? read : refuse)(event, context)

function authenticatedStack<Needed extends StackPorts>(
  endpoint: Endpoint<Needed>,
  portsFor: PortsMaker<Needed>,
): HttpHandler {
  const cursors = sealedCursors()
  const callers = new WeakMap<HttpEvent, Caller>()
  const stack = respondingStack(endpoint, portsFor).use(bearerAuth(endpoint, portsFor, callers))
  // No GET reads its body, so the body of a GET is not checked.
  const isDeclared = endpoint.body !== undefined
  if (endpoint.method !== 'GET')
    stack.use(plainBody(isDeclared)).use(bodyLimit(endpoint.maxBodyBytes)).use(jsonBody(isDeclared))
  const handle = stack.handler(async (event) => {
    const { name, worker } = callers.get(event) ?? {}
    const ports = portsFor(getRequestId(event), { caller: name })
    const input = { ...parseInput(endpoint, event), ...(worker && { worker }) }
    if (endpoint.paged === undefined) return toResponse(await endpoint.run(input, ports))
    const page = await endpoint.run(await cursors.open(input, event, ports), ports)
    return toResponse(await cursors.seal(page, event, ports))
  })
  return (event: HttpEvent, context: Context) => withMeter(() => handle(event, context))
}

const publicStack = <Needed extends PublicPorts>(
  endpoint: Endpoint<Needed>,
  portsFor: PortsMaker<Needed>,
): HttpHandler =>
  respondingStack(endpoint, portsFor).handler(async (event) =>
    toResponse(await endpoint.run(parseInput(endpoint, event), portsFor(getRequestId(event)))),
  )

/** The middlewares of every response. It passes through them from the last to the first: its size first, log line last. */
const respondingStack = (
  { path, scope }: Pick<Endpoint, 'path' | 'scope'>,
  portsFor: PortsMaker<Pick<Ports, 'config' | 'now'>>,
) =>
  middy<HttpEvent, HttpResponse, Error, Context, Internal>()
    .use(requestLog(path, portsFor))
    .use(secureHeaders())
    .use(cors((event) => portsFor(getRequestId(event)).config))
    .use(headWithoutBody())
    .use(payloadEncoding())
    .use(compress())
    .use(problems())
    .use(etag())
    .use(responseLimit(scope))
