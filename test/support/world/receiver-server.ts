import type { IncomingMessage, ServerResponse } from 'node:http'
import { startTestServer, type TestServer } from './http-server.ts'
import type { Behaviour, ReceivedRequest } from './receivers.ts'

/** Receivers that listen on this machine. */
export interface ListeningReceivers {
  /** Has one more listen, and tells its URL. */
  listen(behaviour: Behaviour): Promise<string>
  /** What all of them were sent, in order. */
  received(): readonly ReceivedRequest[]
  stop(): Promise<void>
}

/** Receivers on free ports, each of which does one thing. */
export function listeningReceivers(): ListeningReceivers {
  const servers: TestServer[] = []
  const received: ReceivedRequest[] = []
  const listen = async (behaviour: Behaviour): Promise<string> => {
    const server = await startTestServer((request, response) => {
      void readWhole(request).then((body) => {
        received.push({ url: server.url, headers: headersOf(request), body })
        behave(response, behaviour)
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

const readWhole = async (request: IncomingMessage): Promise<string> =>
  Buffer.concat(await request.toArray()).toString('utf8')

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

function behave(response: ServerResponse, behaviour: Behaviour): void {
  if (behaviour === 'silent') return
  if (behaviour === 'hangs-up') {
    response.writeHead(200, { 'content-length': 100 })
    response.write('not all of it', () => response.destroy())
    return
  }
  if (behaviour === 'drips' || behaviour === 'endless') {
    goOnAndOn(response, behaviour)
    return
  }
  const { status, retryAfter, location, takes } = behaviour
  if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
  if (location !== undefined) response.setHeader('location', location)
  if (!takes) return void response.writeHead(status).end()
  setTimeout(() => response.writeHead(status).flushHeaders(), takes.head)
  setTimeout(() => response.end(), takes.head + takes.body)
}

function goOnAndOn(response: ServerResponse, behaviour: 'drips' | 'endless'): void {
  response.writeHead(200)
  const [bytes, milliseconds] = behaviour === 'drips' ? [1, 10] : [1 << 16, 0]
  const timer = setInterval(() => response.write(Buffer.alloc(bytes)), milliseconds)
  response.once('close', () => clearInterval(timer))
}
