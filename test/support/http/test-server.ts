import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A local HTTP server that a test scripts, and the requests that it got. */
export interface TestServer {
  readonly url: string
  readonly requests: readonly IncomingMessage[]
  /** Stops the server and closes all open connections. */
  stop(): Promise<void>
}

/** Starts a server on a free port. */
export async function startTestServer(answer: RequestListener): Promise<TestServer> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo // it listens on a port, not on a pipe
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        server.closeAllConnections()
      }),
  }
}
