import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { Ports } from '../ports.ts'

export type HttpEvent = APIGatewayProxyEventV2
export type HttpResponse = APIGatewayProxyStructuredResultV2

/** What middlewares of one request tell each other. */
export interface Internal extends Record<string, unknown> {
  /** Who sent it, once that is known: a token's name, or an IAM user. */
  caller?: string | undefined
  /** Milliseconds since it came. */
  elapsed?: () => number
  /** What `www-authenticate` says, where credentials are what was wrong. */
  challenge?: string | undefined
}

export type Middleware = MiddlewareObj<HttpEvent, HttpResponse, Error, Context, Internal>

/** What the handler stack itself touches: tokens, and the key of cursors. */
export type StackPorts = Pick<Ports, 'config' | 'objects' | 'newId' | 'now'>

const REQUEST_ID = /^[\w.-]{1,128}$/

/** The id that names a request everywhere: the caller's `x-request-id` where it is a plain one, else the gateway's. */
export function getRequestId(event: HttpEvent): string {
  const given = event.headers['x-request-id']
  return given !== undefined && REQUEST_ID.test(given) ? given : event.requestContext.requestId
}
