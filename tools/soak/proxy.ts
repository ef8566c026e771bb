import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Running } from '../../local/running.ts'
import { listen } from '../listen.ts'
import type { FaultKind } from './faults.ts'

/** A request that passes through the proxy. */
export interface ProxiedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface ProxyOptions {
  /** URL of the server to forward to: `http://127.0.0.1:1234`. */
  readonly target: string
  /** Returns the fault to inject into a request, if any. */
  fault(request: ProxiedRequest): FaultKind | undefined
  /** Rewrites a request before it is forwarded. */
  rewrite?(request: ProxiedRequest): Promise<ProxiedRequest>
  /** Receives the status of the target's response, even if the client does not receive it. */
  answered?(request: ProxiedRequest, status: number): void
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
const MAX_DELAY_MILLISECONDS = 400

/** Starts a proxy in front of a server that drops, delays or fails requests and responses. */
export async function startProxy(options: ProxyOptions): Promise<Running> {
  const server = createServer((incoming, response) => {
    // Disconnected clients and targets are expected here.
    proxyRequest(incoming, response, options).catch(() => response.destroy())
  })
  return await listen(server)
}

async function proxyRequest(incoming: IncomingMessage, response: ServerResponse, options: ProxyOptions): Promise<void> {
  const { method = '', url: path = '', headers } = incoming
  const request: ProxiedRequest = { method, path, headers, body: Buffer.concat(await incoming.toArray()) }
  const fault = options.fault(request)
  if (fault === 'dropped') return void incoming.socket.destroy()
  if (fault === 'slow-down' || fault === 'internal-error' || fault === 'conflict') return sendError(response, fault)
  if (fault === 'delayed') await wait(1 + ((request.body.length * 7 + path.length * 31) % MAX_DELAY_MILLISECONDS))
  const rewritten = (await options.rewrite?.(request)) ?? request
  const disconnected = new AbortController()
  response.once('close', () => disconnected.abort())
  const answer = await forward(rewritten, options.target, disconnected.signal)
  options.answered?.(request, answer.status)
  if (fault === 'dropped-after') return void incoming.socket.destroy()
  if (fault === 'internal-error-after') return sendError(response, fault)
  response.writeHead(answer.status, answer.headers)
  if (fault !== 'cut-body' || answer.body.length === 0) return void response.end(answer.body)
  response.write(answer.body.subarray(0, answer.body.length >> 1), () => response.destroy())
}

function sendError(response: ServerResponse, fault: FaultKind): void {
  const [status, code] = ERRORS[fault] ?? [500, 'InternalError']
  const text = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Injected fault</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': text.length }).end(text)
}

/** Forwards a request and reads the whole response. */
export async function forward(
  { method, path, headers, body }: ProxiedRequest,
  target: string,
  signal?: AbortSignal,
): Promise<Answer> {
  const { hostname, port } = new URL(target)
  const forwarded = sendRequest({
    hostname,
    port,
    method,
    path,
    headers: { ...headers, 'content-length': body.length },
    ...(signal && { signal }),
  })
  forwarded.end(body)
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage] // 'response' has one argument
  const { 'transfer-encoding': _, ...kept } = answer.headers
  const bytes = Buffer.concat(await answer.toArray())
  const isHead = method === 'HEAD' || answer.statusCode === 204 || answer.statusCode === 304
  return {
    status: answer.statusCode ?? 502,
    headers: isHead ? kept : { ...kept, 'content-length': String(bytes.length) },
    body: bytes,
  }
}
