import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { AppError } from '../errors.ts'
import { outboundUrl, shownUrl } from './outbound-url.ts'
import { type OutboundOptions, outboundRequest } from './request.ts'

/** An answer, and the URL that gave it. */
export interface Answer {
  readonly url: URL
  readonly status: number
  readonly response: IncomingMessage
}

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * GETs a URL through up to five redirects, each checked like the first.
 * @throws AppError `bad-source` when a redirect leads where nothing may be called, or there are too many
 */
export async function follow(start: URL, headers: OutgoingHttpHeaders, options: OutboundOptions): Promise<Answer> {
  let url = start
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await outboundRequest(url, { ...options, headers })
    const status = response.statusCode ?? 0
    const { location } = response.headers
    if (!REDIRECTS.has(status) || location === undefined) return { url, status, response }
    response.destroy()
    if (!URL.canParse(location, url.href))
      throw new AppError('bad-source', `${shownUrl(url)} redirects to what is no URL.`)
    url = outboundUrl(new URL(location, url).href, options.allowLoopback)
  }
  throw new AppError('bad-source', `${shownUrl(start)} redirects more than ${MAX_REDIRECTS} times.`)
}

/** Ends an answer that brings no file, as the error it stands for: what may pass is `upstream-failed`. */
export function refusal({ url, status, response }: Answer): AppError {
  response.destroy()
  const at = shownUrl(url)
  if (status === 404 || status === 410) return new AppError('bad-source', `There is no file at ${at} (${status}).`)
  if (status === 401 || status === 403) return new AppError('bad-source', `${at} may not be read (${status}).`)
  const passing = status < 400 || status >= 500 || status === 429 || status === 408
  return new AppError(passing ? 'upstream-failed' : 'bad-source', `${at} answered ${status} instead of a file.`)
}
