import { connect, createServer, type Socket } from 'node:net'
import type { Running } from '../local/running.ts'

/**
 * A server as it is from farther away: every piece of data takes so long to it, and back. Connections stay open, so a
 * request takes twice as long more than it does here, however many are under way.
 */
export async function farAway(url: string, milliseconds: number): Promise<Running> {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
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
  if (address === null || typeof address === 'string') throw new Error('the way has no port')
  const stop = async (): Promise<void> => {
    for (const socket of open) socket.destroy()
    await new Promise((closed) => server.close(closed))
  }
  return { url: `http://127.0.0.1:${address.port}`, stop }
}
