import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { handle } from './handle.ts'
import { assertFree, markFree, markUsed, SERVER_HEADER } from './in-use.ts'
import { openStore } from './storage/store.ts'

export interface S3ServerOptions {
  /** Where everything is kept; made if it is not there. A server started on it again goes on where the last ended. */
  readonly directory: string
  readonly host?: string
  /** 0 takes any free port. */
  readonly port?: number
  /** Of buckets that are created without naming one. */
  readonly region?: string
}

export interface S3Server {
  readonly url: string
  /** Ends all connections, then resolves when nothing is being written any more. */
  stop(): Promise<void>
}

const KEEP_ALIVE_MILLISECONDS = 65_000

/**
 * An S3 server of one process and one directory, for path-style requests: any credentials are accepted and no
 * signature is checked. Objects of any size stream to and from disk; memory holds the index.
 * @throws Error when the directory is in use by another such server, or the port is taken
 */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const { directory, host = '127.0.0.1', port = 0, region = 'us-east-1' } = options
  await assertFree(directory)
  const store = await openStore(directory, region)
  const id = `groundwork-s3/${randomUUID()}`
  const running = new Set<Promise<void>>()
  const server = createServer((incoming, response) => {
    response.setHeader(SERVER_HEADER, id)
    const handling = handle(incoming, response, store).finally(() => running.delete(handling))
    running.add(handling)
  })
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS
  server.requestTimeout = 0 // large bodies take as long as they take

  server.listen(port, host)
  await once(server, 'listening').catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the S3 server has no port')
  const url = `http://${host}:${address.port}`
  markUsed(directory, url, id)

  return {
    url,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await Promise.all(running)
      await store.close()
      markFree(directory)
    },
  }
}
