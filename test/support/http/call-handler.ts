import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { lambdaContext } from '../../../local/gateway/lambda-context.ts'
import type { lambda } from '../../../shared/platform/http/route.ts'
import type { HttpEvent } from '../../../shared/platform/http/stack.ts'

/** What API Gateway passes to a handler, as far as the handlers read it. */
export interface HandlerRequest {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: string
  readonly params?: Readonly<Record<string, string>>
  /** What an IAM authorizer adds to the request context. */
  readonly iam?: object
  /** How long the function may run; 5 seconds by default. */
  readonly milliseconds?: number
}

/** What a handler answers; header names are in lower case, as a gateway sends them. */
export interface HandlerResponse {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every shape
  readonly json: any
}

/** Calls a handler as API Gateway does. The defaults are `GET /v1/things`. */
export async function callHandler(
  handler: ReturnType<typeof lambda>,
  request: HandlerRequest = {},
): Promise<HandlerResponse> {
  const { method = 'GET', path = '/v1/things', headers = {}, query, body, params, iam, milliseconds = 5000 } = request
  const event = {
    version: '2.0',
    rawPath: path,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(params && { pathParameters: params }),
    ...(query && { queryStringParameters: query }),
    requestContext: { requestId: 'request-1', http: { method, path }, ...(iam && { authorizer: { iam } }) },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  } as unknown as HttpEvent // the handlers read no other field
  // Our handlers always return the structured form.
  const answer = (await handler(event, lambdaContext('test', milliseconds))) as APIGatewayProxyStructuredResultV2
  const isJson = /^application\/(problem\+)?json(;|$)/.test(String(answer.headers?.['content-type']))
  const isCompressed = answer.headers?.['content-encoding'] !== undefined
  // Large bodies are encoded as base64 where that is shorter.
  const text =
    answer.isBase64Encoded && !isCompressed ? Buffer.from(answer.body ?? '', 'base64').toString('utf8') : answer.body
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(
      Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: text,
    json: text === undefined || isCompressed || !isJson ? undefined : JSON.parse(text),
  }
}
