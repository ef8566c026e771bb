import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Credentials } from '../credentials.ts'
import { type SyncFile, syncFile } from '../files/write-file.ts'
import { SERVER_HEADER, toServerName } from '../ownership/ask-owner.ts'
import { type Ownership, ownDirectory } from '../ownership/own-directory.ts'
import { handle } from './handle.ts'
import { openStore } from './storage/store.ts'

export interface S3ServerOptions {
  /** Data directory; created if missing. A server that is started on it again finds all objects. */
  readonly directory: string
  /** Who holds the directory. Without it, the server takes the directory itself, and leaves it when it stops. */
  readonly owner?: Ownership
  /** Waits for the disk before a write is acknowledged. Tests replace it; by default it is that of the system. */
  readonly sync?: SyncFile
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
 * Starts an S3 emulator for path-style requests, with all data in one directory. Verifies signatures. Streams objects of any
 * size to and from disk; holds the index in memory. What it acknowledges is on disk.
 * @throws DirectoryInUseError when another process uses the directory; Error when the port is in use
 */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  if (options.owner) return await startOwned(options, options.owner)
  const owner = await ownDirectory(options.directory)
  try {
    const { url, stop } = await startOwned(options, owner)
    return { url, stop: () => stop().finally(owner.release) }
  } catch (error) {
    owner.release()
    throw error
  }
}

async function startOwned(options: S3ServerOptions, owner: Ownership): Promise<S3Server> {
  const { directory, credentials, host = '127.0.0.1', port = 0, region = 'us-east-1', sync = syncFile } = options
  const store = await openStore(directory, region, sync)
  const running = new Set<Promise<void>>()
  const server = createServer((incoming, response) => {
    response.setHeader(SERVER_HEADER, toServerName(owner.id))
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

  return {
    url: `http://${host}:${address.port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await Promise.all(running)
      await store.close()
    },
  }
}
