import type { Context } from 'aws-lambda'
import { lambdaContext } from './lambda-context.ts'

const MAX_REQUEST_BYTES = 6_291_456
const MAX_RESPONSE_BYTES = 6_291_556

/** A function as Lambda holds it: a name, and a handler of one kind of event. */
export interface LambdaFunction<Event> {
  readonly name: string
  handler(event: Event, context: Context): unknown
}

/** How a call ended. A call that timed out may still be running: nothing can stop it here. */
export type Outcome =
  | { readonly kind: 'answered'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'request-too-large' }

/**
 * Calls a function as Lambda does: event and answer travel as JSON of 6 MB at most, and time is limited. Never throws.
 * @param milliseconds how long the call may take
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
    return await Promise.race([answer(called, request, milliseconds), late])
  } finally {
    clearTimeout(timer)
  }
}

async function answer<Event>(called: LambdaFunction<Event>, request: string, milliseconds: number): Promise<Outcome> {
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
