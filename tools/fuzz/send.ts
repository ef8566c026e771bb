import { once } from 'node:events'
import http from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { HttpExchange } from '../contract/check-answers.ts'
import type { FuzzRequest } from './request.ts'

/** Maximum duration of a response. */
const TIMEOUT_MILLISECONDS = 15_000

/** By content encoding. */
const DECODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = { br: brotliDecompressSync, gzip: gunzipSync }

/** The API to send requests to. */
export interface Target {
  readonly api: string
  readonly token: string
}

/** Sends a request without normalizing its path. @throws Error on timeout or connection errors */
export async function send(request: FuzzRequest, { api, token }: Target): Promise<HttpExchange> {
  const { hostname, port } = new URL(api)
  const { method, path, body } = request
  const headers = toHeaders(request, token)
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
  const sent = http.request({ hostname, port, method, path, headers, signal })
  sent.end(body)
  const [response]: [http.IncomingMessage] = await once(sent, 'response').then(([first]) => [first])
  const bytes = Buffer.concat(await response.toArray())
  const decode = bytes.length > 0 ? DECODERS[String(response.headers['content-encoding'])] : undefined
  return {
    method,
    path,
    status: response.statusCode ?? 0,
    headers: new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
    text: (decode?.(bytes) ?? bytes).toString(),
  }
}

function toHeaders({ headers, body }: FuzzRequest, token: string): Record<string, string> {
  const { authorization = `Bearer ${token}`, ...others } = headers
  return {
    ...others,
    ...(authorization !== '' && { authorization }),
    ...(body && { 'content-length': String(body.length) }),
  }
}

/** Returns the equivalent curl command, with the token in $TOKEN. */
export function toCurl(request: FuzzRequest, api: string): string {
  const { method, path, headers, body } = request
  const { authorization = 'Bearer $TOKEN', ...others } = headers
  const lines = Object.entries({ ...others, ...(authorization !== '' && { authorization }) })
  const headerOptions = lines.map(([name, value]) => ` -H ${JSON.stringify(`${name}: ${value}`)}`).join('')
  const curl = `curl -si --path-as-is -X ${method}${headerOptions} ${quoteShell(`${api}${path}`)}`
  return body ? `printf %b '${escapeBytes(body)}' | ${curl} --data-binary @-` : curl
}

const quoteShell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Escapes the first 2,000 bytes for `printf %b` of bash. */
const escapeBytes = (body: Buffer): string =>
  [...body.subarray(0, 2000)]
    .map((byte) =>
      byte < 32 || byte > 126 || byte === 39 || byte === 92
        ? `\\x${byte.toString(16).padStart(2, '0')}`
        : String.fromCharCode(byte),
    )
    .join('')
