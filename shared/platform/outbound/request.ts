import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import https from 'node:https'
import { isNativeError } from 'node:util/types'
import { AppError } from '../../contracts/errors.ts'
import { checkedLookup, type Resolve } from './checked-lookup.ts'
import { redactUrl } from './outbound-url.ts'

/** How long an outbound request may take, in milliseconds. */
interface TimeLimits {
  /** From the call to the head of the answer: name, connection, TLS and all. */
  readonly answer: number
  /** Between two chunks of the body. */
  readonly idle: number
  /** For the whole body: less than the workers that read have (120 seconds), so that it is the server that is blamed. */
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
 * One request to a URL that `outboundUrl` has let through, over a connection of its own to an address that was checked;
 * redirects are handed back. Answers when the head is there: the body must be read with `bodyOf`, or destroyed.
 * @throws AppError `bad-source` when the address may not be called; `upstream-failed`, `upstream-timeout`
 */
export function outboundRequest(url: URL, options: OutboundOptions): Promise<IncomingMessage> {
  const { allowLoopback, method = 'GET', headers = {}, body, limits = TIME_LIMITS, resolve } = options
  const { promise, resolve: answer, reject } = Promise.withResolvers<IncomingMessage>()
  const send = url.protocol === 'https:' ? https.request : http.request
  const request = send(url, {
    method,
    headers: { 'user-agent': 'groundwork', 'accept-encoding': 'identity', ...headers },
    lookup: checkedLookup(allowLoopback, resolve),
    agent: false,
  })
  const timer = setTimeout(() => request.destroy(tooSlow(url, 'did not answer')), limits.answer)
  request.on('response', answer)
  request.on('error', (error) => reject(asUpstream(url, error)))
  request.on('close', () => reject(asUpstream(url, new Error('closed'))))
  request.end(body)
  return promise.finally(() => clearTimeout(timer))
}

/** The body as it comes, within the limits of time. Leaving the loop ends the connection. */
export async function* readBody(url: URL, body: IncomingMessage, limits = TIME_LIMITS): AsyncGenerator<Uint8Array> {
  let waiting = true
  const stop = (fault: string) => body.destroy(tooSlow(url, fault))
  const whole = setTimeout(() => stop('did not come to an end'), limits.body)
  // Time that the reader takes between two chunks is its own, not the server's.
  const idle = setTimeout(() => waiting && stop('stopped sending'), limits.idle)
  try {
    for await (const chunk of body) {
      waiting = false
      yield chunk
      waiting = true
      idle.refresh()
    }
  } catch (error) {
    throw asUpstream(url, error)
  } finally {
    clearTimeout(whole)
    clearTimeout(idle)
    body.destroy()
  }
}

const tooSlow = (url: URL, fault: string) => new AppError('upstream-timeout', `${redactUrl(url)} ${fault} in time.`)

function asUpstream(url: URL, error: unknown): unknown {
  if (error instanceof AppError || !isNativeError(error)) return error
  const reason = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  return new AppError('upstream-failed', `The connection to ${redactUrl(url)} failed: ${reason}.`, [], error)
}
