import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { lambdaContext } from '../../../local/gateway/lambda-context.ts'
import type { lambda } from '../../../shared/platform/http/route.ts'
import type { HttpEvent } from '../../../shared/platform/http/stack.ts'

/** A request as API Gateway tells of it, where that matters. */
export interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: string
  /** What an IAM authorizer found out. */
  readonly iam?: object
}

/** What it answers, its headers by their names in lower case, as a gateway sends them. */
export interface Told {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any
}

/** Calls a handler as API Gateway would. */
export async function ask(handler: ReturnType<typeof lambda>, asked: Asked = {}): Promise<Told> {
  const { method = 'GET', path = '/v1/things', headers = {}, query, body, iam } = asked
  const event = {
    version: '2.0',
    rawPath: path,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(query && { queryStringParameters: query }),
    requestContext: { requestId: 'request-1', http: { method, path }, ...(iam && { authorizer: { iam } }) },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  } as unknown as HttpEvent
  const answer = (await handler(event, lambdaContext('test', 5000))) as APIGatewayProxyStructuredResultV2
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(
      Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: answer.body,
    json: answer.body === undefined || answer.isBase64Encoded ? undefined : JSON.parse(answer.body),
  }
}
