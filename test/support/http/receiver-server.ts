import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Behavior, ReceivedRequest } from '../world/receivers.ts'
import { startTestServer, type TestServer } from './test-server.ts'

/** Webhook receivers that listen on this machine. */
export interface ListeningReceivers {
  /** Starts another receiver and returns its URL. */
  listen(behavior: Behavior): Promise<string>
  /** Requests that all of them got, in order. */
  received(): readonly ReceivedRequest[]
  stop(): Promise<void>
}

/** Returns receivers on free ports, one behavior each. */
export function listeningReceivers(): ListeningReceivers {
  const servers: TestServer[] = []
  const received: ReceivedRequest[] = []
  const listen = async (behavior: Behavior): Promise<string> => {
    const server = await startTestServer((request, response) => {
      void readText(request).then((body) => {
        received.push({ url: server.url, headers: toPlainHeaders(request), body })
        behave(response, behavior)
      })
    })
    servers.push(server)
    return server.url
  }
  const stop = async (): Promise<void> => {
    for (const server of servers.splice(0)) await server.stop()
  }
  return { listen, received: () => received, stop }
}

const readText = async (request: IncomingMessage): Promise<string> =>
  Buffer.concat(await request.toArray()).toString('utf8')

const toPlainHeaders = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

function behave(response: ServerResponse, behavior: Behavior): void {
  if (behavior === 'silent') return
  if (behavior === 'hangs-up') {
    response.writeHead(200, { 'content-length': 100 })
    response.write('not all of it', () => response.destroy())
    return
  }
  if (behavior === 'drips' || behavior === 'endless') {
    writeForever(response, behavior)
    return
  }
  const { status, retryAfter, location, takes } = behavior
  if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
  if (location !== undefined) response.setHeader('location', location)
  if (!takes) return void response.writeHead(status).end()
  setTimeout(() => response.writeHead(status).flushHeaders(), takes.head)
  setTimeout(() => response.end(), takes.head + takes.body)
}

function writeForever(response: ServerResponse, behavior: 'drips' | 'endless'): void {
  response.writeHead(200)
  const [bytes, milliseconds] = behavior === 'drips' ? [1, 10] : [1 << 16, 0]
  const timer = setInterval(() => response.write(Buffer.alloc(bytes)), milliseconds)
  response.once('close', () => clearInterval(timer))
}
