import { ALGORITHM, formatScope, sign, signingKey, stringToSign } from '../../../local/signatures/version-4.ts'
import { CREDENTIALS } from '../credentials.ts'

/** Returns the headers of a signed S3 request without a body, for a path that no client of the SDK would send. */
export function signPath(method: string, url: string, path: string): (readonly [string, string])[] {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const scope = { day: time.slice(0, 8), region: 'us-east-1', service: 's3' }
  const payloadHash = 'UNSIGNED-PAYLOAD'
  const sent = [
    ['host', new URL(url).host],
    ['x-amz-content-sha256', payloadHash],
    ['x-amz-date', time],
  ] as const
  const headers = Object.fromEntries(sent.map(([name, value]) => [name, [value]]))
  const signed = sent.map(([name]) => name)
  const message = { method, path, query: new URLSearchParams(), headers }
  const text = stringToSign(message, { time, scope, signed, payloadHash })
  const signature = sign(signingKey(CREDENTIALS.secretAccessKey, scope), text)
  const credential = `${CREDENTIALS.accessKeyId}/${formatScope(scope)}`
  const authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${signed.join(';')}, Signature=${signature}`
  return [...sent, ['authorization', authorization]]
}
