import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'

/** A server that answers everything in one way. */
export interface FakeServer {
  readonly url: string
  stop(): Promise<void>
}

/** Starts an HTTP server. */
export const startHttpServer = (answer: RequestListener): Promise<FakeServer> => listen(createHttpServer(answer))

/** Starts a server that writes some bytes into each connection and closes it, whatever it is sent. */
export const startTcpServer = (bytes: string): Promise<FakeServer> =>
  listen(
    createServer((socket) => {
      socket.on('error', () => undefined)
      if (bytes !== '') socket.write(bytes)
      socket.destroySoon()
    }),
  )

async function listen(server: Server): Promise<FakeServer> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
        server.closeAllConnections()
      await closed
    },
  }
}

/** Writes the XML in which S3 answers an error. */
export const s3Error = (code: string, others = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Because.</Message>${others}</Error>`
