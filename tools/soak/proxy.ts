import { once } from 'node:events'
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Running } from '../../local/running.ts'
import type { FaultKind } from './faults.ts'

/** A request as it passes. */
export interface Passing {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface ProxyOptions {
  /** Where requests go: `http://127.0.0.1:1234` */
  readonly target: string
  /** What goes wrong with a request. */
  fault(request: Passing): FaultKind | undefined
  /** May change a request's body before it goes on. */
  rewrite?(request: Passing): Buffer
  /** Told how the target answered, whatever the caller is told. */
  answered?(request: Passing, status: number): void
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

const ERRORS: Readonly<Partial<Record<FaultKind, readonly [status: number, code: string]>>> = {
  'slow-down': [503, 'SlowDown'],
  'internal-error': [500, 'InternalError'],
  'internal-error-after': [500, 'InternalError'],
  conflict: [409, 'ConditionalRequestConflict'],
}
const LONGEST_DELAY_MILLISECONDS = 400

/** Stands before a server, and lets requests and answers get lost, late or wrong on their way. */
export async function startProxy(options: ProxyOptions): Promise<Running> {
  const server = createServer((incoming, response) => {
    // Callers hang up, and the target goes away: both are what this is for.
    pass(incoming, response, options).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 65_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on a port, not on a pipe
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function pass(incoming: IncomingMessage, response: ServerResponse, options: ProxyOptions): Promise<void> {
  const { method = '', url: path = '', headers } = incoming
  const request: Passing = { method, path, headers, body: Buffer.concat(await incoming.toArray()) }
  const fault = options.fault(request)
  if (fault === 'dropped') return void incoming.socket.destroy()
  if (fault === 'slow-down' || fault === 'internal-error' || fault === 'conflict') return refuse(response, fault)
  if (fault === 'delayed') await wait(1 + ((request.body.length * 7 + path.length * 31) % LONGEST_DELAY_MILLISECONDS))
  const body = options.rewrite?.(request) ?? request.body
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const answer = await forward({ ...request, body }, options.target, gone.signal)
  options.answered?.(request, answer.status)
  if (fault === 'dropped-after') return void incoming.socket.destroy()
  if (fault === 'internal-error-after') return refuse(response, fault)
  response.writeHead(answer.status, answer.headers)
  if (fault !== 'cut-body' || answer.body.length === 0) return void response.end(answer.body)
  response.write(answer.body.subarray(0, answer.body.length >> 1), () => response.destroy())
}

function refuse(response: ServerResponse, fault: FaultKind): void {
  const [status, code] = ERRORS[fault] ?? [500, 'InternalError']
  const text = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>made up</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': text.length }).end(text)
}

/** Sends a request on, and takes the whole answer. */
export async function forward(
  { method, path, headers, body }: Passing,
  target: string,
  signal?: AbortSignal,
): Promise<Answer> {
  const { hostname, port } = new URL(target)
  const onward = ask({
    hostname,
    port,
    method,
    path,
    headers: { ...headers, 'content-length': body.length },
    ...(signal && { signal }),
  })
  onward.end(body)
  const [answer] = (await once(onward, 'response')) as [IncomingMessage]
  const { 'transfer-encoding': _, ...kept } = answer.headers
  const bytes = Buffer.concat(await answer.toArray())
  const isHead = method === 'HEAD' || answer.statusCode === 204 || answer.statusCode === 304
  return {
    status: answer.statusCode ?? 502,
    headers: isHead ? kept : { ...kept, 'content-length': String(bytes.length) },
    body: bytes,
  }
}
