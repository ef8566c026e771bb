import type { Credentials } from '../../local/credentials.ts'
import { signRequest } from '../sign-request.ts'
import type { ProxiedRequest } from './proxy.ts'

/** Returns a request to SQS with another body, signed again: its signature covers its body. */
export async function signAgain(
  request: ProxiedRequest,
  body: Buffer,
  credentials: Credentials,
): Promise<ProxiedRequest> {
  const { host = '', 'x-amz-content-sha256': _, ...headers } = toText(request.headers)
  const changed = { method: request.method, headers: { ...headers, 'content-length': String(body.length) }, body }
  const signed = await signRequest(`http://${host}${request.path}`, changed, credentials, { service: 'sqs' })
  return { ...request, headers: { ...signed, host }, body }
}

const toText = (headers: ProxiedRequest['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
