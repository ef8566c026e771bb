import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { refuseVisitor } from '../../door/door.ts'
import { readBody } from '../../read-body.ts'
import { refuseCall } from '../../signatures/json-call.ts'
import { findOperation } from '../operations/operations.ts'
import type { Service } from '../operations/service.ts'
import { ServiceError } from './errors.ts'

const MAX_BODY_BYTES = 1 << 20
const TARGET = /^SageMaker\.(\w+)$/

interface Answer {
  readonly status: number
  /** Name of the exception. */
  readonly error?: string
  readonly body: unknown
}

/** Handles one HTTP request. Never rejects: errors are sent to the client or logged. */
export async function handle(incoming: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const answer = await dispatch(incoming, service).catch((error: unknown) => toErrorAnswer(error, incoming, service))
  response.setHeader('x-amzn-requestid', randomUUID())
  response.setHeader('content-type', 'application/x-amz-json-1.1')
  if (answer.error !== undefined) response.setHeader('x-amzn-errortype', answer.error)
  response.writeHead(answer.status).end(answer.body === undefined ? '' : JSON.stringify(answer.body))
}

async function dispatch(incoming: IncomingMessage, service: Service): Promise<Answer> {
  const reason = refuseVisitor(incoming)
  if (reason !== undefined) {
    incoming.resume()
    throw new ServiceError('AccessDeniedException', reason)
  }
  const bytes = await readBody(incoming, MAX_BODY_BYTES)
  if (!bytes)
    throw new ServiceError('RequestEntityTooLargeException', `The request body exceeds ${MAX_BODY_BYTES} bytes`)
  const unsigned = refuseCall(incoming, bytes, 'sagemaker', service.credentials)
  if (unsigned) throw new ServiceError(unsigned.type, unsigned.message)
  const [, name] = TARGET.exec(String(incoming.headers['x-amz-target'])) ?? []
  const operation = incoming.method === 'POST' && name !== undefined ? findOperation(name) : undefined
  if (!operation)
    throw new ServiceError('UnknownOperationException', `Operation ${name ?? 'without a name'} is not supported`)
  return { status: 200, body: await operation(service, parseJsonObject(bytes)) }
}

function parseJsonObject(bytes: Buffer): object {
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8') || '{}')
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  } catch {
    // Rejected below, like JSON that is not an object.
  }
  throw new ServiceError('SerializationException', 'The request body must be a JSON object')
}

/** Converts an error to its response. Logs errors other than service errors and client disconnects. */
function toErrorAnswer(error: unknown, incoming: IncomingMessage, { onLog }: Service): Answer {
  if (error instanceof ServiceError)
    return { status: error.status, error: error.code, body: { __type: error.code, message: error.message } }
  if (incoming.complete) onLog(`${incoming.headers['x-amz-target']} failed`, error)
  return { status: 500, error: 'InternalFailure', body: { __type: 'InternalFailure', message: 'Internal failure' } }
}
