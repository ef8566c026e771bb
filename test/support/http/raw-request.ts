import { once } from 'node:events'
import { connect } from 'node:net'

/** An answer as it came over the connection. */
export interface RawAnswer {
  readonly status: number
  readonly text: string
}

/**
 * Sends a request with exactly these headers, as `fetch` sets `Host` and `Sec-Fetch-Site` itself, and closes the
 * connection.
 * @param headers a repeated name is sent as often as it occurs
 */
export async function rawRequest(
  url: string,
  head: string,
  headers: readonly (readonly [string, string])[],
  body = '',
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const sent = [...headers, ['content-length', String(Buffer.byteLength(body))], ['connection', 'close']]
  socket.write(`${head} HTTP/1.1\r\n${sent.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
  let text = ''
  socket.on('data', (part) => {
    text += part
  })
  await once(socket, 'close')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text }
}
