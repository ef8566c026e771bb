import type { IncomingMessage } from 'node:http'
import { AppError } from '../../contracts/errors.ts'
import { parseOutboundUrl, redactUrl } from './outbound-url.ts'
import { type OutboundOptions, outboundRequest, TIME_LIMITS } from './request.ts'

/** An answer, and the URL that gave it. */
export interface Answer {
  readonly url: URL
  readonly status: number
  readonly response: IncomingMessage
}

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

export interface SafeFetchOptions extends OutboundOptions {
  /**
   * `checked`: up to five are followed, each address checked like the first, all within the time for one answer.
   * `refused`: one is an answer like any other.
   */
  readonly redirects: 'checked' | 'refused'
}

/**
 * The one way out to an address that somebody else gave: https to the public internet only, each name resolved once and
 * the connection held to what was checked, bounded in time. Answers when the head is there; the body must be read with
 * `bodyOf`, or destroyed.
 * @throws AppError `bad-source` when nothing may be called there, a redirect leads to such a place, or there are too many;
 *   `upstream-failed`, `upstream-timeout`
 */
export async function safeFetch(address: string, options: SafeFetchOptions): Promise<Answer> {
  const { limits = TIME_LIMITS } = options
  let url = parseOutboundUrl(address, options.allowLoopback)
  const started = performance.now()
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const left = Math.max(0, limits.answer - (performance.now() - started))
    const response = await outboundRequest(url, { ...options, limits: { ...limits, answer: left } })
    const status = response.statusCode ?? 0
    const { location } = response.headers
    const isFollowed = options.redirects === 'checked' && REDIRECTS.has(status)
    if (!isFollowed || location === undefined) return { url, status, response }
    response.destroy()
    if (!URL.canParse(location, url.href))
      throw new AppError('bad-source', `${redactUrl(url)} redirects to what is no URL.`)
    url = parseOutboundUrl(new URL(location, url).href, options.allowLoopback)
  }
  throw new AppError('bad-source', `${redactUrl(url)} redirects more than ${MAX_REDIRECTS} times.`)
}

/** What a server answers for a while: 200 and 206 where the file that they bring is not what was asked for. */
const PASSING = new Set([200, 202, 206, 408, 425, 429])

/** Ends an answer that brings no file, as the error it stands for: what may pass is `upstream-failed`. */
export function toRefusal({ url, status, response }: Answer): AppError {
  response.destroy()
  const at = redactUrl(url)
  if (status === 404 || status === 410) return new AppError('bad-source', `There is no file at ${at} (${status}).`)
  if (status === 401 || status === 403) return new AppError('bad-source', `${at} may not be read (${status}).`)
  const passing = PASSING.has(status) || status >= 500
  return new AppError(passing ? 'upstream-failed' : 'bad-source', `${at} answered ${status} instead of a file.`)
}

/** Refuses a compressed answer: its bytes are not the file's, and nobody knows how many they would become. */
export function checkPlain({ url, response }: Answer): void {
  const { 'content-encoding': encoding = 'identity' } = response.headers
  if (encoding === 'identity') return
  response.destroy()
  const shown = encoding.slice(0, 20)
  throw new AppError('bad-source', `${redactUrl(url)} is only served with ${shown} compression; plain was asked for.`)
}

export const tooLarge = (url: URL, maxBytes: number): AppError =>
  new AppError('bad-source', `The file at ${redactUrl(url)} is larger than ${maxBytes} bytes.`)
