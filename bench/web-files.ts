import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Running } from '../local/running.ts'

/** Starts a web server with range requests and ETags, like that of the publisher. @param files paths by name */
export async function startWebServer(files: Readonly<Record<string, string>>): Promise<Running> {
  const server = createServer((request, response) => void answer(files, request, response))
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The web server is not listening on a TCP port')
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  return { url: `http://127.0.0.1:${address.port}`, stop }
}

async function answer(
  files: Readonly<Record<string, string>>,
  { url = '', method, headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = files[url.slice(1)]
  if (path === undefined) {
    response.writeHead(404).end()
    return
  }
  const { size } = await stat(path)
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  const start = Number(first ?? 0)
  const end = Math.min(size, last ? Number(last) + 1 : size)
  response.setHeader('etag', `"${size}"`)
  response.setHeader('accept-ranges', 'bytes')
  response.setHeader('content-length', end - start)
  if (first !== undefined) response.setHeader('content-range', `bytes ${start}-${end - 1}/${size}`)
  response.statusCode = first === undefined ? 200 : 206
  if (method === 'HEAD' || end === start) response.end()
  else createReadStream(path, { start, end: end - 1, highWaterMark: 1 << 20 }).pipe(response)
}
