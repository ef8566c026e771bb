import type { IncomingMessage } from 'node:http'
import { AppError } from '../../contracts/errors.ts'
import { parseOutboundUrl, redactUrl } from './outbound-url.ts'
import { type OutboundOptions, outboundRequest, TIME_LIMITS } from './request.ts'

/** A response, and the URL that sent it. */
export interface Answer {
  readonly url: URL
  readonly status: number
  readonly response: IncomingMessage
}

export const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

export interface SafeFetchOptions extends OutboundOptions {
  /**
   * `checked`: up to five redirects are followed, each URL checked like the first, within the time limit of one
   * response. `refused`: a redirect is returned like any other response.
   */
  readonly redirects: 'checked' | 'refused'
}

/**
 * Sends a request to a URL that a caller provided. All such requests go through here (SSRF guard): https to the public
 * internet only, each host name resolved once, the connection made to a checked address, bounded in time. Resolves when
 * the response headers have arrived; the caller must read the body with {@link readBody} or destroy it.
 * @throws AppError `bad-source` when the URL or that of a redirect is not allowed, or there are too many redirects;
 *   `upstream-failed`, `upstream-timeout`
 */
export async function safeFetch(address: string, options: SafeFetchOptions): Promise<Answer> {
  const { limits = TIME_LIMITS } = options
  let url = parseOutboundUrl(address, options.allowLoopback)
  const startedAt = performance.now()
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const left = Math.max(0, limits.answer - (performance.now() - startedAt))
    const response = await outboundRequest(url, { ...options, limits: { ...limits, answer: left } })
    const status = response.statusCode ?? 0
    const { location } = response.headers
    const isFollowed = options.redirects === 'checked' && REDIRECTS.has(status)
    if (!isFollowed || location === undefined) return { url, status, response }
    response.destroy()
    if (!URL.canParse(location, url.href))
      throw new AppError('bad-source', `${redactUrl(url)} redirects to an invalid URL.`)
    url = parseOutboundUrl(new URL(location, url).href, options.allowLoopback)
  }
  throw new AppError('bad-source', `${redactUrl(url)} redirects more than ${MAX_REDIRECTS} times.`)
}

/** Statuses that may differ on a retry. 200 and 206 are here for responses without the requested range. */
const RETRYABLE = new Set([200, 202, 206, 408, 425, 429])

/** Closes a response without the file and returns it as an error: `upstream-failed` when a retry may succeed. */
export function toRefusal({ url, status, response }: Answer): AppError {
  response.destroy()
  const address = redactUrl(url)
  if (status === 404 || status === 410)
    return new AppError('bad-source', `There is no file at ${address} (HTTP ${status}).`)
  if (status === 401 || status === 403)
    return new AppError('bad-source', `${address} may not be read (HTTP ${status}).`)
  const isRetryable = RETRYABLE.has(status) || status >= 500
  return new AppError(
    isRetryable ? 'upstream-failed' : 'bad-source',
    `${address} answered HTTP ${status} instead of a file.`,
  )
}

/**
 * Refuses a compressed response: its bytes are not those of the file, and its uncompressed size is unknown.
 * @throws AppError `bad-source`
 */
export function checkPlain({ url, response }: Answer): void {
  const { 'content-encoding': encoding = 'identity' } = response.headers
  if (encoding === 'identity') return
  response.destroy()
  const shown = encoding.slice(0, 20)
  throw new AppError(
    'bad-source',
    `${redactUrl(url)} is only served with ${shown} compression; it must be served uncompressed.`,
  )
}

/** The error for a file over the size limit. */
export const tooLarge = (url: URL, maxBytes: number): AppError =>
  new AppError('bad-source', `The file at ${redactUrl(url)} is larger than ${maxBytes} bytes.`)
