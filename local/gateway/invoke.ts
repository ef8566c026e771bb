import type { Context } from 'aws-lambda'
import { lambdaContext } from './lambda-context.ts'

const MAX_REQUEST_BYTES = 6_291_456
const MAX_RESPONSE_BYTES = 6_291_556

/** A Lambda function: a name and a handler for one type of event. */
export interface LambdaFunction<Event> {
  readonly name: string
  handler(event: Event, context: Context): unknown
}

/** The result of an invocation. After a timeout the handler may still run, because it cannot be cancelled. */
export type Outcome =
  | { readonly kind: 'answered'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'request-too-large' }

/**
 * Invokes a function as Lambda does: event and result are serialized to JSON of at most 6 MB each, and the call times
 * out. Never throws.
 * @param milliseconds timeout of the invocation
 */
export async function invoke<Event>(
  called: LambdaFunction<Event>,
  event: Event,
  milliseconds: number,
): Promise<Outcome> {
  const request = JSON.stringify(event)
  if (Buffer.byteLength(request) > MAX_REQUEST_BYTES) return { kind: 'request-too-large' }
  const { promise: late, resolve } = Promise.withResolvers<Outcome>()
  const timer = setTimeout(resolve, milliseconds, { kind: 'timed-out' })
  try {
    return await Promise.race([callHandler(called, request, milliseconds), late])
  } finally {
    clearTimeout(timer)
  }
}

async function callHandler<Event>(
  called: LambdaFunction<Event>,
  request: string,
  milliseconds: number,
): Promise<Outcome> {
  try {
    const event: Event = JSON.parse(request)
    const response = JSON.stringify(await called.handler(event, lambdaContext(called.name, milliseconds))) ?? 'null'
    const size = Buffer.byteLength(response)
    if (size > MAX_RESPONSE_BYTES)
      throw new Error(
        `Response payload size (${size} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
      )
    return { kind: 'answered', value: JSON.parse(response) }
  } catch (error) {
    return { kind: 'failed', error }
  }
}
