import { once } from 'node:events'
import http from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { Seen } from '../contract/check-answers.ts'
import type { FuzzRequest } from './request.ts'

/** No answer may take longer. */
const MOST_MILLISECONDS = 15_000

/** Where requests go. */
export interface Target {
  readonly api: string
  readonly token: string
}

/** Sends a request as it is, without tidying its path. @throws Error when there is no answer in time */
export async function send(request: FuzzRequest, { api, token }: Target): Promise<Seen> {
  const { hostname, port } = new URL(api)
  const { method, path, body } = request
  const headers = headersOf(request, token)
  const signal = AbortSignal.timeout(MOST_MILLISECONDS)
  const sent = http.request({ hostname, port, method, path, headers, signal })
  sent.end(body)
  const [response]: [http.IncomingMessage] = await once(sent, 'response').then(([first]) => [first])
  const bytes = Buffer.concat(await response.toArray())
  const isZipped = response.headers['content-encoding'] === 'gzip' && bytes.length > 0
  return {
    method,
    path,
    status: response.statusCode ?? 0,
    headers: new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
    text: (isZipped ? gunzipSync(bytes) : bytes).toString(),
  }
}

function headersOf({ headers, body }: FuzzRequest, token: string): Record<string, string> {
  const { authorization = `Bearer ${token}`, ...others } = headers
  return {
    ...others,
    ...(authorization !== '' && { authorization }),
    ...(body && { 'content-length': String(body.length) }),
  }
}

/** The same by hand; `$TOKEN` stands for the token. */
export function curlOf(request: FuzzRequest, api: string): string {
  const { method, path, headers, body } = request
  const { authorization = 'Bearer $TOKEN', ...others } = headers
  const lines = Object.entries({ ...others, ...(authorization !== '' && { authorization }) })
  const said = lines.map(([name, value]) => ` -H ${JSON.stringify(`${name}: ${value}`)}`).join('')
  const curl = `curl -si --path-as-is -X ${method}${said} ${quoted(`${api}${path}`)}`
  return body ? `printf %b '${escapedBytes(body)}' | ${curl} --data-binary @-` : curl
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Bytes as `printf %b` of bash reads them; of very many the first. */
const escapedBytes = (body: Buffer): string =>
  [...body.subarray(0, 2000)]
    .map((byte) =>
      byte < 32 || byte > 126 || byte === 39 || byte === 92
        ? `\\x${byte.toString(16).padStart(2, '0')}`
        : String.fromCharCode(byte),
    )
    .join('')
