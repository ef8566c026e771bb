import { connect, createServer, type Socket } from 'node:net'
import type { Running } from '../local/running.ts'

/**
 * Starts a proxy that delays all data in both directions. Connections are kept alive, so each request takes twice the
 * delay longer, also with many concurrent requests.
 */
export async function startLatencyProxy(url: string, milliseconds: number): Promise<Running> {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from)
      from.setNoDelay(true)
      from.on('data', (data) => setTimeout(() => to.writable && to.write(data), milliseconds))
      from.on('end', () => setTimeout(() => to.end(), milliseconds))
      from.on('error', () => to.destroy())
      from.on('close', () => open.delete(from))
    }
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('The latency proxy is not listening on a TCP port')
  const stop = async (): Promise<void> => {
    for (const socket of open) socket.destroy()
    await new Promise((closed) => server.close(closed))
  }
  return { url: `http://127.0.0.1:${address.port}`, stop }
}
