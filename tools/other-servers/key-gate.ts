import { createServer, request as sendRequest } from 'node:http'
import type { Running } from '../../local/running.ts'
import { listen } from '../listen.ts'

const REFUSAL =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>InvalidAccessKeyId</Code><Message>Unknown access key.</Message></Error>'

/**
 * Starts a proxy that lets only requests through that are signed with one access key, because moto accepts any. It does not
 * verify signatures.
 * @param target URL of the server to forward to
 */
export async function startKeyGate(target: string, accessKeyId: string): Promise<Running> {
  const isKnown = (authorization = ''): boolean => authorization.includes(` Credential=${accessKeyId}/`)
  const server = createServer((incoming, response) => {
    const { method, url = '', headers } = incoming
    if (!isKnown(headers.authorization)) {
      response.writeHead(403, { 'content-type': 'application/xml' }).end(REFUSAL)
      return
    }
    const forwarded = sendRequest(`${target}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    forwarded.on('error', () => response.destroy())
    response.on('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  })
  return await listen(server)
}
