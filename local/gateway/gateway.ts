import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { refuseVisitor } from '../door/door.ts'
import { readBody } from '../read-body.ts'
import type { OnLog, Running } from '../running.ts'
import { parseTarget, toEvent } from './event.ts'
import { invoke } from './invoke.ts'
import { badRequest, type GatewayResponse, internalError, notFound, refused, tooLarge, toResponse } from './response.ts'
import { type EndpointFunction, routeTable } from './route-table.ts'

const MAX_BODY_BYTES = 10 << 20
const INTEGRATION_TIMEOUT_MILLISECONDS = 30_000
const GRACE_MILLISECONDS = 2000

export interface GatewayOptions {
  readonly endpoints: readonly EndpointFunction[]
  /** 0 selects any free port. */
  readonly port: number
  /** Timeout of an invocation. Defaults to 30 s, the limit of API Gateway. */
  readonly timeoutMilliseconds?: number
  /** Origins of other machines whose pages may call the API; `*` allows any. None by default. */
  readonly origins?: readonly string[]
  readonly onLog?: OnLog
}

/**
 * Starts an emulation of an API Gateway HTTP API with payload format 2.0 and the `$default` stage. Buffers each request
 * body, at most 10 MB, in memory. Refuses pages of other machines, but lets their links open a page of the API.
 * @throws Error with `code` `EADDRINUSE` when the port is in use
 */
export async function startGateway(options: GatewayOptions): Promise<Running> {
  const { port, onLog = () => {}, timeoutMilliseconds: limitMilliseconds = INTEGRATION_TIMEOUT_MILLISECONDS } = options
  const find = routeTable(options.endpoints)
  const door = { links: true, origins: options.origins ?? [] }

  const respond = async (request: IncomingMessage, requestId: string): Promise<GatewayResponse> => {
    const reason = refuseVisitor(request, door)
    if (reason !== undefined) {
      request.resume()
      return refused(reason, requestId)
    }
    const target = parseTarget(request.url ?? '/')
    const body = await readBody(request, MAX_BODY_BYTES)
    if (!target) return badRequest
    if (!body) return tooLarge
    const match = find(request.method ?? 'GET', target.segments)
    if (!match) return notFound
    return toResponse(await invoke(match.target, toEvent(request, target, body, match, requestId), limitMilliseconds))
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomBytes(11).toString('base64url')
    response.setHeader('apigw-requestid', requestId)
    try {
      send(request, response, await respond(request, requestId))
    } catch (error) {
      // The client disconnected before it sent the whole request.
      if (!request.complete) return
      onLog(`${request.method} ${request.url} failed`, error)
      send(request, response, internalError)
    }
  }

  const server = createServer((request, response) => void serve(request, response))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The gateway is not listening on a TCP port')
  return { url: `http://127.0.0.1:${address.port}`, stop: () => stop(server) }
}

function send({ method }: IncomingMessage, response: ServerResponse, answer: GatewayResponse): void {
  const { status, headers, cookies, body } = answer
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (cookies.length > 0) response.appendHeader('set-cookie', cookies)
  // The content length of a response to HEAD would describe the body of a GET, which the gateway does not know.
  if (status !== 204 && status !== 304 && method !== 'HEAD') response.setHeader('content-length', body.length)
  response.writeHead(status).end(body)
}

async function stop(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS)
  await new Promise((resolve) => server.close(resolve))
  clearTimeout(timer)
}
