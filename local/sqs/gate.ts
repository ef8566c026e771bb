import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { buildApp } from 'fauxqs'
import type { Credentials } from '../credentials.ts'
import { refuseVisitor } from '../door/door.ts'
import { readBody } from '../read-body.ts'
import { refuseCall } from '../signatures/json-call.ts'

const TYPE = 'application/x-amz-json-1.0'
const TARGET = /^AmazonSQS\.\w+$/
/** A batch of messages has at most 1 MiB, and six bytes of JSON for each at most. */
const MAX_BODY_BYTES = 8 << 20

/** An error of the JSON protocol of AWS. */
interface Refusal {
  readonly status: number
  /** Name of the exception. */
  readonly type: string
  readonly message: string
}

/**
 * Lets only signed calls of SQS in the JSON protocol reach fauxqs, which also serves SNS, S3 and pages about its queues,
 * to anybody, and parses forms, which every web page can send. All else is refused before fauxqs parses it.
 */
export function guardQueues(app: ReturnType<typeof buildApp>, credentials: Credentials): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    const refusal = refuse(raw)
    if (refusal) return reply.code(refusal.status).headers(toHeaders(refusal)).send(toBody(refusal))
  })
  app.addHook('preParsing', async ({ raw }, reply, payload) => {
    const body = await readBody(payload, MAX_BODY_BYTES)
    const refusal = body ? refuseCall(raw, body, 'sqs', credentials) : TOO_LARGE
    if (refusal) return reply.code(refusal.status).headers(toHeaders(refusal)).send(toBody(refusal))
    return Object.assign(Readable.from([body]), { receivedEncodedLength: body?.length ?? 0 })
  })
}

const TOO_LARGE: Refusal = {
  status: 413,
  type: 'RequestEntityTooLarge',
  message: `The request body exceeds ${MAX_BODY_BYTES} bytes.`,
}

function refuse(incoming: IncomingMessage): Refusal | undefined {
  const { method, url = '', headers } = incoming
  const reason = refuseVisitor(incoming)
  if (reason !== undefined) return { status: 403, type: 'AccessDeniedException', message: reason }
  if (method !== 'POST' || url !== '/')
    return unsupported(`${method} ${url} is not served: SQS calls are POST requests to "/".`)
  if (headers['content-type'] !== TYPE)
    return unsupported(`The content type must be ${TYPE}, not "${headers['content-type'] ?? ''}".`)
  const target = String(headers['x-amz-target'] ?? '')
  if (!TARGET.test(target)) return unsupported(`X-Amz-Target must name an operation of AmazonSQS, not "${target}".`)
  return undefined
}

const unsupported = (message: string): Refusal => ({ status: 400, type: 'InvalidAction', message })

const toHeaders = ({ type }: Refusal) => ({ 'content-type': TYPE, 'x-amzn-errortype': type })

const toBody = ({ type, message }: Refusal): string => JSON.stringify({ __type: `com.amazonaws.sqs#${type}`, message })
