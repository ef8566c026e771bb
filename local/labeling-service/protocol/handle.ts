import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { findOperation } from '../operations/operations.ts'
import type { Service } from '../operations/service.ts'
import { ServiceError } from './errors.ts'

const MAX_BODY_BYTES = 1 << 20
const TARGET = /^SageMaker\.(\w+)$/

interface Answer {
  readonly status: number
  /** The exception's name. */
  readonly error?: string
  readonly body: unknown
}

/** Answers one HTTP request. Never rejects: what goes wrong is told to the caller, or to the log. */
export async function handle(incoming: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const answer = await answerTo(incoming, service).catch((error: unknown) => refusalOf(error, incoming, service))
  response.setHeader('x-amzn-requestid', randomUUID())
  response.setHeader('content-type', 'application/x-amz-json-1.1')
  if (answer.error !== undefined) response.setHeader('x-amzn-errortype', answer.error)
  response.writeHead(answer.status).end(answer.body === undefined ? '' : JSON.stringify(answer.body))
}

async function answerTo(incoming: IncomingMessage, service: Service): Promise<Answer> {
  const bytes = await bodyOf(incoming)
  const [, name] = TARGET.exec(String(incoming.headers['x-amz-target'])) ?? []
  const operation = incoming.method === 'POST' && name !== undefined ? findOperation(name) : undefined
  if (!operation)
    throw new ServiceError('UnknownOperationException', `this local server has no ${name ?? 'such'} operation`)
  return { status: 200, body: await operation(service, parsed(bytes)) }
}

/** The whole body; of a longer one the rest is read and dropped. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of incoming) {
    size += part.length
    if (size <= MAX_BODY_BYTES) parts.push(part)
  }
  if (size > MAX_BODY_BYTES)
    throw new ServiceError('RequestEntityTooLargeException', `the request has more than ${MAX_BODY_BYTES} bytes`)
  return Buffer.concat(parts)
}

function parsed(bytes: Buffer): object {
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8') || '{}')
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  } catch {
    // Said below, as for JSON of another kind.
  }
  throw new ServiceError('SerializationException', 'the request is no JSON object')
}

/** Refusals and callers that hang up are everyday; the rest is a fault of ours. */
function refusalOf(error: unknown, incoming: IncomingMessage, { onLog }: Service): Answer {
  if (error instanceof ServiceError)
    return { status: error.status, error: error.code, body: { __type: error.code, message: error.message } }
  if (incoming.complete) onLog(`${incoming.headers['x-amz-target']} failed`, error)
  return { status: 500, error: 'InternalFailure', body: { __type: 'InternalFailure', message: 'something went wrong' } }
}
