import type { IncomingHttpHeaders } from 'node:http'

/** The version of a web file, and the header that pins later requests to it. */
export interface WebVersion {
  readonly tag: string
  readonly pin: Readonly<Record<string, string>>
}

/**
 * Reads the version from response headers: a strong ETag, else `Last-Modified`; undefined without either. A weak ETag
 * does not identify bytes, so it is ignored. Pure.
 */
export function parseVersion(headers: IncomingHttpHeaders): WebVersion | undefined {
  const { etag, 'last-modified': modified } = headers
  if (etag?.startsWith('"')) return { tag: etag, pin: { 'if-match': etag } }
  return modified === undefined ? undefined : { tag: modified, pin: { 'if-unmodified-since': modified } }
}

/** The bytes [start, end) in a 206 response; `size` is that of the whole file, undefined when the server omits it. */
export interface ContentRange {
  readonly start: number
  readonly end: number
  readonly size: number | undefined
}

/** Parses a `Content-Range` header; undefined when it is absent or invalid. Pure. */
export function parseContentRange(headers: IncomingHttpHeaders): ContentRange | undefined {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? []
  if (first === undefined || last === undefined || total === undefined) return undefined
  const size = total === '*' ? undefined : Number(total)
  const range = { start: Number(first), end: Number(last) + 1, size }
  return range.start < range.end && (size === undefined || range.end <= size) ? range : undefined
}

/** What the response to a request for the first byte says about a file. */
export interface WebFacts {
  readonly size: number | undefined
  readonly version: WebVersion | undefined
  /** Whether the server supports range requests. */
  readonly ranges: boolean
}

/** Reads the facts from that response; undefined when it has no file. Pure. */
export function parseFacts(status: number, headers: IncomingHttpHeaders): WebFacts | undefined {
  const version = parseVersion(headers)
  if (status === 416 && headers['content-range'] === 'bytes */0') return { size: 0, version, ranges: true }
  if (status === 206) {
    const range = parseContentRange(headers)
    return range?.start === 0 ? { size: range.size, version, ranges: true } : undefined
  }
  if (status !== 200) return undefined
  const length = headers['content-length']
  return { size: length === undefined ? undefined : Number(length), version, ranges: false }
}
