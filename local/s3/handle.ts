import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { corsHeaders } from './protocol/cors.ts'
import { S3Error } from './protocol/errors.ts'
import { checkPresigned } from './protocol/presigned.ts'
import { errorReply, type Reply } from './protocol/reply.ts'
import { parseRequest, type S3Request } from './protocol/request.ts'
import { findOperation } from './routes.ts'
import type { Store } from './storage/store.ts'

/** Answers one HTTP request. Never rejects: what goes wrong is told to the caller, or to the console. */
export async function handle(incoming: IncomingMessage, response: ServerResponse, store: Store): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase()
  response.setHeader('x-amz-request-id', requestId)
  response.setHeader('x-amz-id-2', requestId)
  try {
    const reply = await answer(incoming, response, store).catch((error: unknown) => {
      reportFault(error, incoming)
      return errorReply(error, incoming.url?.split('?')[0] ?? '', requestId)
    })
    await send(reply, incoming, response, store)
  } catch (error) {
    reportFault(error, incoming)
    response.destroy()
  }
}

async function answer(incoming: IncomingMessage, response: ServerResponse, store: Store): Promise<Reply> {
  const request = parseRequest(incoming)
  allowOrigin(request, response, store)
  checkPresigned(request.query)
  return findOperation(request)(request, store)
}

/** Pages must be able to read errors too, so this comes before anything that may fail. */
function allowOrigin(request: S3Request, response: ServerResponse, store: Store): void {
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
    incoming.resume() // what an error left unread would keep the connection from being used again
  }
}

/** Refusals and callers that hang up are everyday; the rest is a fault of ours. */
function reportFault(error: unknown, incoming: IncomingMessage): void {
  if (error instanceof S3Error || incoming.destroyed || incoming.socket.destroyed) return
  console.error(`S3 server: ${incoming.method} ${incoming.url}`, error)
}
