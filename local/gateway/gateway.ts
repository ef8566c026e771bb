import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { OnLog, Running } from '../running.ts'
import { type Answer, badRequest, internalError, notFound, toAnswer, tooLarge } from './answer.ts'
import { targetOf, toEvent } from './event.ts'
import { invoke } from './invoke.ts'
import { type EndpointFunction, routeTable } from './route-table.ts'

const MAX_BODY_BYTES = 10 << 20
const INTEGRATION_MILLISECONDS = 30_000
const GRACE_MILLISECONDS = 2000

export interface GatewayOptions {
  readonly endpoints: readonly EndpointFunction[]
  /** 0 for any that is free. */
  readonly port: number
  /** How long a function may take; 30 s, as API Gateway allows. */
  readonly limitMilliseconds?: number
  readonly onLog?: OnLog
}

/**
 * An API Gateway HTTP API on this machine, with payload format 2.0 and the `$default` stage. Holds each body, at most
 * 10 MB, in memory.
 * @throws Error with `code` `EADDRINUSE` when the port is taken
 */
export async function startGateway(options: GatewayOptions): Promise<Running> {
  const { port, onLog = () => {}, limitMilliseconds = INTEGRATION_MILLISECONDS } = options
  const find = routeTable(options.endpoints)

  const respond = async (request: IncomingMessage, requestId: string): Promise<Answer> => {
    const target = targetOf(request.url ?? '/')
    const body = await readBody(request)
    if (!target) return badRequest
    if (!body) return tooLarge
    const match = find(request.method ?? 'GET', target.segments)
    if (!match) return notFound
    return toAnswer(await invoke(match.called, toEvent(request, target, body, match, requestId), limitMilliseconds))
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomBytes(11).toString('base64url')
    response.setHeader('apigw-requestid', requestId)
    try {
      send(request, response, await respond(request, requestId))
    } catch (error) {
      // A caller who went away while sending gets no answer.
      if (!request.complete) return
      onLog(`${request.method} ${request.url} failed`, error)
      send(request, response, internalError)
    }
  }

  const server = createServer((request, response) => void serve(request, response))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the gateway has no port')
  return { url: `http://127.0.0.1:${address.port}`, stop: () => stop(server) }
}

/** The whole body, or undefined when there is more than an HTTP API takes: the rest is read and dropped. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size <= MAX_BODY_BYTES) parts.push(part)
    else parts.length = 0
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(parts) : undefined
}

function send({ method }: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, headers, cookies, body } = answer
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (cookies.length > 0) response.appendHeader('set-cookie', cookies)
  // A HEAD has no body to tell the length of.
  if (status !== 204 && status !== 304 && method !== 'HEAD') response.setHeader('content-length', body.length)
  response.writeHead(status).end(body)
}

async function stop(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS)
  await new Promise((resolve) => server.close(resolve))
  clearTimeout(timer)
}
