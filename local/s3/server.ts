import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Credentials } from '../credentials.ts'
import { assertUnlocked, removeLock, SERVER_HEADER, writeLock } from './directory-lock.ts'
import { handle } from './handle.ts'
import { openStore } from './storage/store.ts'

export interface S3ServerOptions {
  /** Data directory; created if missing. A server that is started on it again finds all objects. */
  readonly directory: string
  /** The keys that requests must be signed with. */
  readonly credentials: Credentials
  readonly host?: string
  /** 0, the default, selects any free port. */
  readonly port?: number
  /** Region of buckets that are created without a location constraint. */
  readonly region?: string
}

export interface S3Server {
  readonly url: string
  /** Closes all connections and resolves when all writes have ended. */
  stop(): Promise<void>
}

const KEEP_ALIVE_MILLISECONDS = 65_000

/**
 * Starts an S3 emulator for path-style requests, with all data in one directory. Verifies signatures. Streams objects of any size to and from disk; holds the index in memory.
 * @throws Error when another server uses the directory, or the port is in use
 */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const { directory, credentials, host = '127.0.0.1', port = 0, region = 'us-east-1' } = options
  await assertUnlocked(directory)
  const store = await openStore(directory, region)
  const id = `groundwork-s3/${randomUUID()}`
  const running = new Set<Promise<void>>()
  const server = createServer((incoming, response) => {
    response.setHeader(SERVER_HEADER, id)
    const handling = handle(incoming, response, { store, credentials }).finally(() => running.delete(handling))
    running.add(handling)
  })
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS
  server.requestTimeout = 0 // no limit for large bodies

  server.listen(port, host)
  await once(server, 'listening').catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The S3 server is not listening on a TCP port')
  const url = `http://${host}:${address.port}`
  writeLock(directory, url, id)

  return {
    url,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await Promise.all(running)
      await store.close()
      removeLock(directory)
    },
  }
}
