import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { Ports } from '../ports.ts'

export type HttpEvent = APIGatewayProxyEventV2
export type HttpResponse = APIGatewayProxyStructuredResultV2

/** State of one request that its middlewares share (middy's `request.internal`). */
export interface Internal extends Record<string, unknown> {
  /** The authenticated caller: a token's name, the ARN of an IAM user, or a worker's pseudonym. Set by `bearerAuth`. */
  caller?: string | undefined
  /** Milliseconds since the request arrived. Set by `requestLog`. */
  elapsed?: () => number
  /** The value of `WWW-Authenticate` for a 401 or 403. Set by `bearerAuth`, sent by `problems`. */
  challenge?: string | undefined
}

export type Middleware = MiddlewareObj<HttpEvent, HttpResponse, Error, Context, Internal>

/** The ports that the handler stack itself uses: `objects` holds the tokens and the signing key of cursors. */
export type StackPorts = Pick<Ports, 'config' | 'objects' | 'newId' | 'now' | 'requestId'>

/** A Lambda handler of requests, as API Gateway sends them (payload format 2.0). */
export type HttpHandler = (event: HttpEvent, context: Context) => Promise<HttpResponse>

const REQUEST_ID = /^[\w.-]{1,128}$/

/** Returns the caller's `x-request-id` when it is 1 to 128 word characters, dots or hyphens; else API Gateway's id. */
export function getRequestId(event: HttpEvent): string {
  const requested = event.headers['x-request-id']
  return requested !== undefined && REQUEST_ID.test(requested) ? requested : event.requestContext.requestId
}
