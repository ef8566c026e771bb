import { once } from 'node:events'
import { createServer } from 'node:net'
import { isNativeError } from 'node:util/types'

/**
 * Asserts that nothing listens on a port of the loopback address. Port 0 is always free.
 * @param variable that sets the port, for the message
 * @param free a port to suggest instead
 * @throws Error naming the port and the variable
 */
export async function assertPortFree(variable: string, port: number, free: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    if (!isNativeError(error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error
    const todo = `Stop the process that uses it, or choose another: ${variable}=${free} npm run dev`
    throw new Error(`Port ${port} is in use. ${todo}`, { cause: error })
  }
  await new Promise((resolve) => server.close(resolve))
}
