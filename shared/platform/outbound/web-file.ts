import type { OutgoingHttpHeaders } from 'node:http'
import { AppError } from '../../contracts/errors.ts'
import { backoff } from '../state/backoff.ts'
import type { RemoteFile } from '../storage/ports.ts'
import { checkRange, type OpenRange, readResumed, streamResumed } from '../storage/resume-read.ts'
import { parseOutboundUrl, redactUrl } from './outbound-url.ts'
import { type OutboundOptions, readBody, TIME_LIMITS } from './request.ts'
import { type Answer, checkPlain, safeFetch, tooLarge, toRefusal } from './safe-fetch.ts'
import { parseContentRange, parseFacts, parseVersion, type WebFacts, type WebVersion } from './web-facts.ts'

export interface WebFileOptions extends Pick<OutboundOptions, 'allowLoopback' | 'limits' | 'resolve'> {
  /** The expected version. */
  readonly etag?: string | undefined
  /** A larger file is refused; a stream of unknown size is aborted at this size. 16 GiB by default. */
  readonly maxBytes?: number
}

/** What every range response must match. */
interface PinnedFacts {
  readonly size: number
  readonly version: WebVersion
}

export const MAX_BYTES = 16 * 2 ** 30
const ATTEMPTS = 3

/**
 * Opens a file over https with one request for its first byte. When the server supports ranges and names a version, the
 * file can be read by range; each read is pinned to that version and resumed when the connection breaks. Otherwise it
 * can only be streamed.
 * @throws AppError `bad-source`, `source-changed`, `upstream-failed`, `upstream-timeout`
 */
export async function openWebFile(address: string, options: WebFileOptions): Promise<RemoteFile> {
  const url = parseOutboundUrl(address, options.allowLoopback)
  const { maxBytes = MAX_BYTES } = options
  const { size, version, ranges } = await probe(url, options)
  if (options.etag !== undefined && options.etag !== version?.tag) throw toChangedError(url)
  if (size !== undefined && size > maxBytes) throw tooLarge(url, maxBytes)
  const base = { size, etag: version?.tag }
  if (!ranges || size === undefined || !version)
    return { ...base, ranges: undefined, stream: () => streamWhole(url, version, { ...options, maxBytes }) }
  const open = () => openRangesInTime(url, { size, version }, options)
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    checkRange(start, end, size)
    return await readResumed(open(), start, end)
  }
  return { ...base, ranges: { size, etag: version.tag, read }, stream: () => streamResumed(open(), 0, size) }
}

const get = ({ href }: URL, headers: OutgoingHttpHeaders, options: WebFileOptions): Promise<Answer> =>
  safeFetch(href, { ...options, headers, redirects: 'checked' })

/**
 * Requests the first byte. Unlike HEAD, this works with every server that serves the file, and with presigned links.
 */
async function probe(url: URL, options: WebFileOptions): Promise<WebFacts> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await get(url, { range: 'bytes=0-0' }, options)
      const facts = parseFacts(answer.status, answer.response.headers)
      if (!facts) throw toRefusal(answer)
      checkPlain(answer)
      answer.response.destroy()
      return facts
    } catch (error) {
      const isRetryable = error instanceof AppError && error.code === 'upstream-failed'
      if (!isRetryable || attempt >= ATTEMPTS) throw error
      await backoff(attempt)
    }
  }
}

/** All resumed reads share one time limit, so that a server cannot extend it by sending a byte now and then. */
function openRangesInTime(url: URL, facts: PinnedFacts, options: WebFileOptions): OpenRange {
  const { limits = TIME_LIMITS } = options
  const endsAt = performance.now() + limits.body
  return async (start, end) => {
    const body = endsAt - performance.now()
    if (body > 0) return await openRange(url, facts, { ...options, limits: { ...limits, body } })(start, end)
    throw new AppError('upstream-timeout', `${redactUrl(url)} did not send bytes ${start} to ${end} in time.`)
  }
}

const openRange =
  (url: URL, { size, version }: PinnedFacts, options: WebFileOptions): OpenRange =>
  async (start, end) => {
    const answer = await get(url, { range: `bytes=${start}-${end - 1}`, ...version.pin }, options)
    const { status, response } = answer
    const isOtherVersion = parseVersion(response.headers)?.tag !== version.tag
    if ([404, 410, 412, 416].includes(status) || (isOtherVersion && (status === 200 || status === 206))) {
      response.destroy()
      throw toChangedError(url)
    }
    const range = parseContentRange(response.headers)
    if (status !== 206 || range?.start !== start || range.end > end || range.size !== size) throw toRefusal(answer)
    checkPlain(answer)
    return readBody(answer.url, response, options.limits)
  }

/** Streams the body of a single request, which cannot be resumed. */
async function* streamWhole(
  url: URL,
  version: WebVersion | undefined,
  { maxBytes, ...options }: WebFileOptions & { readonly maxBytes: number },
) {
  const answer = await get(url, {}, options)
  if (answer.status !== 200) throw toRefusal(answer)
  checkPlain(answer)
  if (parseVersion(answer.response.headers)?.tag !== version?.tag) {
    answer.response.destroy()
    throw toChangedError(url)
  }
  let bytes = 0
  for await (const chunk of readBody(answer.url, answer.response, options.limits)) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(url, maxBytes)
    yield chunk
  }
}

const toChangedError = (url: URL) => new AppError('source-changed', `The file at ${redactUrl(url)} was replaced.`)
