import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

export const CONTENT = Buffer.from('0123456789'.repeat(100))

/** How a web server serves a file; tests change parts of it to misbehave. */
export interface Behaviour {
  content: Buffer
  etag?: string | undefined
  modified?: string | undefined
  ranges: boolean
  /** Sends the bytes of a response instead of the default. */
  send?: ((response: ServerResponse, bytes: Buffer, request: IncomingMessage) => void) | undefined
}

export const wellBehaved = (): Behaviour => ({ content: CONTENT, etag: '"v1"', ranges: true })

/** Returns a listener that serves a file as the behaviour says at the time of each request. */
export const fileListener =
  (behaviour: Behaviour): RequestListener =>
  (request, response) => {
    const { content, etag, modified, ranges } = behaviour
    if (etag !== undefined) response.setHeader('etag', etag)
    if (modified !== undefined) response.setHeader('last-modified', modified)
    const match = request.headers['if-match']
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    if (match !== undefined && match !== etag) response.writeHead(412).end()
    else if (!ranges || first === undefined) sendWhole(behaviour, request, response)
    else if (Number(first) >= content.length)
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
    else {
      const bytes = content.subarray(Number(first), Number(last) + 1)
      response.statusCode = 206
      response.setHeader('content-range', `bytes ${first}-${Number(first) + bytes.length - 1}/${content.length}`)
      response.setHeader('content-length', bytes.length)
      if (behaviour.send) behaviour.send(response, bytes, request)
      else response.end(bytes)
    }
  }

function sendWhole({ content, send }: Behaviour, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('content-length', content.length)
  if (send) send(response, content, request)
  else response.end(content)
}

/** Sends a part and closes the connection. */
export function breakAfter(response: ServerResponse, bytes: Buffer): void {
  response.write(bytes, () => response.destroy())
}
