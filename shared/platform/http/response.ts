import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { Reply } from './reply.ts'

/** Converts a reply to the response format of API Gateway (payload version 2.0). Pure. */
export function toResponse({ status, headers = {}, body, isBase64 = false }: Reply): APIGatewayProxyStructuredResultV2 {
  if (body === undefined) return { statusCode: status, headers: { ...headers } }
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(isBase64 && { isBase64Encoded: true }),
  }
}
