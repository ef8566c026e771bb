import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import type * as z from 'zod'
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

/** Declares an endpoint; a part of the request that it has no schema for is `undefined` to `run`. */
export function route<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Needed = Ports,
>(
  declaration: Declaration<Params, Query, Body>,
  run: (input: Input<z.infer<Params>, z.infer<Query>, z.infer<Body>>, ports: Needed) => Promise<Reply>,
): Endpoint<Needed> {
  // The declaration's own schemas make the input that run is given, so the wider type of Endpoint.run loses nothing.
  return { ...declaration, run: run as Endpoint<Needed>['run'] }
}

type PortsMaker<Needed> = (requestId: string, logKeys?: LogKeys) => Needed

/** The Lambda handler of an endpoint: the one stack that every request passes through. */
export function lambda<Needed extends StackPorts>(endpoint: Endpoint<Needed>, portsFor: PortsMaker<Needed>) {
  const cursors = sealedCursors()
  const callers = new WeakMap<HttpEvent, string>()
  const stack = answering(endpoint.path, portsFor).use(bearerAuth(endpoint, portsFor, callers))
  // A body that nobody will read cannot be wrong.
  if (endpoint.method !== 'GET') stack.use(bodyLimit()).use(jsonBody(endpoint.body !== undefined))
  return stack.handler(async (event) => {
    const ports = portsFor(getRequestId(event), { caller: callers.get(event) })
    const input = await cursors.open(parseInput(endpoint, event), event, ports)
    return toResponse(await cursors.seal(await endpoint.run(input, ports), event, ports))
  })
}

/**
 * The handler of an endpoint that everybody may call and that keeps nothing: it needs neither tokens nor a store.
 * @throws Error when the endpoint asks for a token
 */
export function publicLambda<Needed extends Pick<Ports, 'config' | 'now'>>(
  endpoint: Endpoint<Needed>,
  portsFor: PortsMaker<Needed>,
) {
  if (endpoint.scope !== undefined) throw new Error(`${endpoint.operationId} asks for a token: give it to lambda()`)
  return answering(endpoint.path, portsFor).handler(async (event) =>
    toResponse(await endpoint.run(parseInput(endpoint, event), portsFor(getRequestId(event)))),
  )
}

/** What every answer goes through, last first: ETags, problems, compression, HEAD, other origins, headers, the log. */
const answering = (path: string, portsFor: PortsMaker<Pick<Ports, 'config' | 'now'>>) =>
  middy<HttpEvent, HttpResponse, Error, Context, Internal>()
    .use(requestLog(path, portsFor))
    .use(secureHeaders())
    .use(cors((event) => portsFor(getRequestId(event)).config))
    .use(headWithoutBody())
    .use(compress())
    .use(problems())
    .use(etag())
