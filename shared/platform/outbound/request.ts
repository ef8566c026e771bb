import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import https from 'node:https'
import { isNativeError } from 'node:util/types'
import { AppError } from '../../contracts/errors.ts'
import { endWithPeriod } from '../../contracts/sentence.ts'
import { checkedLookup, type Resolve } from './checked-lookup.ts'
import { redactUrl } from './outbound-url.ts'

/** Time limits of an outbound request, in milliseconds. */
interface TimeLimits {
  /** Until the response headers: DNS, connection and TLS included. */
  readonly answer: number
  /** Between two chunks of the body. */
  readonly idle: number
  /** For the whole body: less than the worker timeout of 120 seconds, so that a slow server is reported as such. */
  readonly body: number
}

export const TIME_LIMITS: TimeLimits = { answer: 10_000, idle: 15_000, body: 100_000 }

export interface OutboundOptions {
  readonly allowLoopback: boolean
  readonly method?: 'GET' | 'POST'
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Uint8Array | string
  readonly limits?: TimeLimits
  readonly resolve?: Resolve | undefined
}

/**
 * Sends one request to a URL from {@link parseOutboundUrl}, over a new connection to a checked address. Redirects are
 * not followed. Resolves when the response headers have arrived; the caller must read the body with {@link readBody} or
 * destroy it.
 * @throws AppError `bad-source` when the address is not allowed; `upstream-failed`, `upstream-timeout`
 */
export function outboundRequest(url: URL, options: OutboundOptions): Promise<IncomingMessage> {
  const { allowLoopback, method = 'GET', headers = {}, body, limits = TIME_LIMITS, resolve } = options
  const { promise, resolve: respond, reject } = Promise.withResolvers<IncomingMessage>()
  const send = url.protocol === 'https:' ? https.request : http.request
  const request = send(url, {
    method,
    headers: { 'user-agent': 'groundwork', 'accept-encoding': 'identity', ...headers },
    lookup: checkedLookup(allowLoopback, resolve),
    agent: false,
  })
  const timer = setTimeout(() => request.destroy(toTimeoutError(url, 'did not answer')), limits.answer)
  request.on('response', respond)
  request.on('error', (error) => reject(toUpstreamError(url, error)))
  request.on('close', () => reject(toUpstreamError(url, new Error('closed'))))
  request.end(body)
  return promise.finally(() => clearTimeout(timer))
}

/**
 * Streams a response body within the time limits. Leaving the loop closes the connection.
 * @throws AppError `upstream-failed`, `upstream-timeout`
 */
export async function* readBody(url: URL, body: IncomingMessage, limits = TIME_LIMITS): AsyncGenerator<Uint8Array> {
  let isWaiting = true
  const stop = (problem: string) => body.destroy(toTimeoutError(url, problem))
  const whole = setTimeout(() => stop('did not finish its response'), limits.body)
  // Only time spent waiting for the server counts, not the time that the consumer takes between two chunks.
  const idle = setTimeout(() => isWaiting && stop('did not continue its response'), limits.idle)
  try {
    for await (const chunk of body) {
      isWaiting = false
      yield chunk
      isWaiting = true
      idle.refresh()
    }
  } catch (error) {
    throw toUpstreamError(url, error)
  } finally {
    clearTimeout(whole)
    clearTimeout(idle)
    body.destroy()
  }
}

const toTimeoutError = (url: URL, problem: string) =>
  new AppError('upstream-timeout', `${redactUrl(url)} ${problem} in time.`)

function toUpstreamError(url: URL, error: unknown): unknown {
  if (error instanceof AppError || !isNativeError(error)) return error
  const reason = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  return new AppError(
    'upstream-failed',
    endWithPeriod(`The connection to ${redactUrl(url)} failed: ${reason}`),
    [],
    error,
  )
}
