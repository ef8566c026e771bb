import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import type * as z from 'zod'
import { withMeter } from '../observability/request-meter.ts'
import type { LogKeys, Ports } from '../ports.ts'
import { bearerAuth } from './bearer-auth.ts'
import { bodyLimit } from './body-limit.ts'
import { compress } from './compress.ts'
import { cors } from './cors.ts'
import { sealedCursors } from './cursors.ts'
import type { Declaration, Endpoint, Input } from './endpoint.ts'
import { etag } from './etag.ts'
import { headWithoutBody } from './head.ts'
import { parseInput } from './input.ts'
import { jsonBody } from './json-body.ts'
import { problems } from './problems.ts'
import type { Reply } from './reply.ts'
import { requestLog } from './request-log.ts'
import { toResponse } from './response.ts'
import { secureHeaders } from './secure-headers.ts'
import { getRequestId, type HttpEvent, type HttpResponse, type Internal, type StackPorts } from './stack.ts'

/**
 * Declares an endpoint.
 *
 * `run` gets the path parameters, query and body as their schemas parsed them; a part without a schema is `undefined`.
 * It returns a reply, and throws AppError to refuse the request.
 * @example
 * export const endpoint = route(
 *   {
 *     method: 'GET',
 *     path: '/v1/webhooks/{webhook}',
 *     operationId: 'getWebhook',
 *     summary: 'Get a webhook',
 *     scope: 'read',
 *     refuses: ['not-found'],
 *     params: z.object({ webhook: WebhookName }),
 *     answers: { 200: WebhookView },
 *   },
 *   async ({ params: { webhook } }, ports) => ok(toWebhookView(webhook, await getWebhook(webhook, ports), ports.now())),
 * )
 */
export function route<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Needed = Ports,
>(
  declaration: Declaration<Params, Query, Body>,
  run: (input: Input<z.infer<Params>, z.infer<Query>, z.infer<Body>>, ports: Needed) => Promise<Reply>,
): Endpoint<Needed> {
  // `run` is only called with input that the declaration's own schemas parsed, so it always gets the type that it
  // declares.
  return { ...declaration, run: run as Endpoint<Needed>['run'] }
}

type PortsMaker<Needed> = (requestId: string, logKeys?: LogKeys) => Needed

/**
 * Returns the Lambda handler of an endpoint, with the middleware stack that every request passes through.
 * @param portsFor makes the ports of one request
 * @example
 * export const handler = lambda(endpoint, awsPorts)
 */
export function lambda<Needed extends StackPorts>(endpoint: Endpoint<Needed>, portsFor: PortsMaker<Needed>) {
  const cursors = sealedCursors()
  const callers = new WeakMap<HttpEvent, string>()
  const stack = respondingStack(endpoint.path, portsFor).use(bearerAuth(endpoint, portsFor, callers))
  // No GET reads its body, so the body of a GET is not checked.
  if (endpoint.method !== 'GET') stack.use(bodyLimit()).use(jsonBody(endpoint.body !== undefined))
  const handle = stack.handler(async (event) => {
    const ports = portsFor(getRequestId(event), { caller: callers.get(event) })
    const input = await cursors.open(parseInput(endpoint, event), event, ports)
    return toResponse(await cursors.seal(await endpoint.run(input, ports), event, ports))
  })
  return (event: HttpEvent, context: Context) => withMeter(() => handle(event, context))
}

/**
 * Returns the Lambda handler of an endpoint without authentication and state: it needs no tokens and no object store,
 * so its bundle has no AWS client.
 * @throws Error when the endpoint declares a scope
 * @example
 * export const handler = publicLambda(endpoint, anonymousPorts)
 */
export function publicLambda<Needed extends Pick<Ports, 'config' | 'now'>>(
  endpoint: Endpoint<Needed>,
  portsFor: PortsMaker<Needed>,
) {
  if (endpoint.scope !== undefined)
    throw new Error(`${endpoint.operationId} requires a token; use lambda() instead of publicLambda()`)
  return respondingStack(endpoint.path, portsFor).handler(async (event) =>
    toResponse(await endpoint.run(parseInput(endpoint, event), portsFor(getRequestId(event)))),
  )
}

/** The middlewares of every response. It passes through them from the last to the first: ETag first, log line last. */
const respondingStack = (path: string, portsFor: PortsMaker<Pick<Ports, 'config' | 'now'>>) =>
  middy<HttpEvent, HttpResponse, Error, Context, Internal>()
    .use(requestLog(path, portsFor))
    .use(secureHeaders())
    .use(cors((event) => portsFor(getRequestId(event)).config))
    .use(headWithoutBody())
    .use(compress())
    .use(problems())
    .use(etag())
