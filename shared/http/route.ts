import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type * as z from 'zod'
import type { Ports } from '../ports.ts'
import type { Declaration, Endpoint, Input } from './endpoint.ts'
import { parseInput } from './input.ts'
import { boundedBody, conditionalGet, jsonBody, problems, requestIdentity, requestIdOf } from './middleware.ts'
import type { Reply } from './reply.ts'
import { toResponse } from './response.ts'

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

/** The Lambda handler of an endpoint: the one stack that every request passes through. */
export function lambda<Needed>(endpoint: Endpoint<Needed>, portsFor: (requestId: string) => Needed) {
  const stack = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>()
    .use(requestIdentity())
    .use(problems())
    .use(conditionalGet())
  // A body that nobody will read cannot be wrong.
  if (endpoint.method !== 'GET') stack.use(boundedBody()).use(jsonBody(endpoint.body !== undefined))
  return stack.handler(async (event) => {
    const input = parseInput(endpoint, event)
    return toResponse(await endpoint.run(input, portsFor(requestIdOf(event))))
  })
}
