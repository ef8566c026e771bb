import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Credentials } from '../credentials.ts'
import { refuseVisitor } from '../door/door.ts'
import { toMessage } from '../signatures/message.ts'
import { SignatureError } from '../signatures/signature-error.ts'
import { authenticate, UNSIGNED } from './protocol/authenticate.ts'
import { corsHeaders } from './protocol/cors.ts'
import { S3Error } from './protocol/errors.ts'
import { errorReply, type Reply } from './protocol/reply.ts'
import { parseRequest, type S3Request } from './protocol/request.ts'
import { findOperation } from './routes.ts'
import type { Store } from './storage/store.ts'

/** What serves requests. */
export interface Service {
  readonly store: Store
  /** The keys that requests must be signed with. */
  readonly credentials: Credentials
}

/** Handles one HTTP request. Never rejects: errors are sent to the client or logged to the console. */
export async function handle(incoming: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase()
  response.setHeader('x-amz-request-id', requestId)
  response.setHeader('x-amz-id-2', requestId)
  const toErrorReply = (thrown: unknown): Reply => {
    const error = thrown instanceof SignatureError ? new S3Error(thrown.code, thrown.details, thrown.message) : thrown
    logUnexpected(error, incoming)
    return errorReply(error, incoming.url?.split('?')[0] ?? '', requestId)
  }
  try {
    const reply = await dispatch(incoming, response, service)
      .catch(toErrorReply)
      .then((made) => whenOnDisk(made, service.store))
      .catch(toErrorReply)
    await send(reply, incoming, response, service.store)
  } catch (error) {
    logUnexpected(error, incoming)
    response.destroy()
  }
}

async function dispatch(
  incoming: IncomingMessage,
  response: ServerResponse,
  { store, credentials }: Service,
): Promise<Reply> {
  const reason = refuseVisitor(incoming, { openReads: true })
  if (reason !== undefined) throw new S3Error('AccessDenied', {}, reason)
  const request = parseRequest(incoming)
  setCorsHeaders(request, response, store)
  // Browsers do not sign preflights, which only tell the CORS rules.
  const payload = request.method === 'OPTIONS' ? UNSIGNED : authenticate(toMessage(incoming), credentials)
  return findOperation(request)({ ...request, payload }, store)
}

/** Holds a reply back until the changes that it acknowledges or shows are on disk, those of other requests too. */
async function whenOnDisk(reply: Reply, store: Store): Promise<Reply> {
  try {
    await store.onDisk()
    return reply
  } catch (error) {
    if (reply.content !== undefined) store.bodies.release(reply.content)
    throw error
  }
}

/** Sets CORS headers before the operation runs, so that web pages can read error responses too. */
function setCorsHeaders(request: S3Request, response: ServerResponse, store: Store): void {
  if (request.method === 'OPTIONS') return
  const headers = corsHeaders(store.findBucket(request.bucket)?.cors ?? [], request)
  response.setHeaders(new Map(Object.entries(headers)))
}

async function send(reply: Reply, incoming: IncomingMessage, response: ServerResponse, store: Store): Promise<void> {
  const { status, headers = {}, text, content } = reply
  if (text !== undefined) response.setHeader('content-length', Buffer.byteLength(text))
  else if (content === undefined && status === 200 && incoming.method !== 'HEAD')
    response.setHeader('content-length', 0)
  try {
    response.writeHead(status, headers)
    if (content !== undefined) await pipeline(store.bodies.read(content.extents), response)
    else response.end(incoming.method === 'HEAD' ? undefined : text)
  } finally {
    if (content !== undefined) store.bodies.release(content)
    incoming.resume() // an unread body would prevent the connection from being reused
  }
}

/** Logs errors other than S3 errors and client disconnects. */
function logUnexpected(error: unknown, incoming: IncomingMessage): void {
  if (error instanceof S3Error || incoming.destroyed || incoming.socket.destroyed) return
  console.error(`S3 server: ${incoming.method} ${incoming.url}`, error)
}
