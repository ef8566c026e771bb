import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type * as z from 'zod'
import type { Ports } from '../ports.ts'
import { parseInput } from './input.ts'
import { boundedBody, conditionalGet, jsonBody, problems, requestIdentity, requestIdOf } from './middleware.ts'
import type { Reply } from './reply.ts'
import { toResponse } from './response.ts'

/** What an endpoint is, declared once: the gateway, the deployment and the contract are held against it. */
export interface Declaration<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** `/v1/batches/{batch}`: each name in braces is a key of `params`; `$default` is what no other path matches. */
  readonly path: string
  readonly summary: string
  /** What a token must allow; undefined where none is asked for. */
  readonly scope: 'read' | 'write' | undefined
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** The JSON body's schema for each status below 400; undefined where there is none. */
  readonly answers: Readonly<Record<number, z.ZodType | undefined>>
}

/** What a request says, once its schemas have accepted it. */
export interface Input<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
}

/** An endpoint: its declaration and what it does. */
export interface Endpoint extends Declaration<z.ZodType, z.ZodType, z.ZodType> {
  run(input: Input<unknown, unknown, unknown>, ports: Ports): Promise<Reply>
}

/** Declares an endpoint; a part of the request that it has no schema for is `undefined` to `run`. */
export function route<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  declaration: Declaration<Params, Query, Body>,
  run: (input: Input<z.infer<Params>, z.infer<Query>, z.infer<Body>>, ports: Ports) => Promise<Reply>,
): Endpoint {
  // The declaration's own schemas make the input that run is given, so the wider type of Endpoint.run loses nothing.
  return { ...declaration, run: run as Endpoint['run'] }
}

/** The Lambda handler of an endpoint: the one stack that every request passes through. */
export function lambda(endpoint: Endpoint, portsFor: (requestId: string) => Ports) {
  const stack = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>()
    .use(requestIdentity())
    .use(problems())
    .use(conditionalGet())
    .use(boundedBody())
  if (endpoint.method !== 'GET') stack.use(jsonBody(endpoint.body !== undefined))
  return stack.handler(async (event) => {
    const input = parseInput(endpoint, event)
    return toResponse(await endpoint.run(input, portsFor(requestIdOf(event))))
  })
}
