import type { IncomingHttpHeaders } from 'node:http'

/** The version of a web file, and the header that holds a later request to it. */
export interface WebVersion {
  readonly tag: string
  readonly pin: Readonly<Record<string, string>>
}

/** A strong ETag, else the time of the last change; undefined where a server tells neither. Weak ETags pin no bytes. */
export function parseVersion(headers: IncomingHttpHeaders): WebVersion | undefined {
  const { etag, 'last-modified': modified } = headers
  if (etag?.startsWith('"')) return { tag: etag, pin: { 'if-match': etag } }
  return modified === undefined ? undefined : { tag: modified, pin: { 'if-unmodified-since': modified } }
}

/** Which bytes [start, end) of how many a 206 brings; `size` is undefined where the server does not know it. */
export interface ContentRange {
  readonly start: number
  readonly end: number
  readonly size: number | undefined
}

/** A `Content-Range` header read; undefined when it is absent or nonsense. */
export function parseContentRange(headers: IncomingHttpHeaders): ContentRange | undefined {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? []
  if (first === undefined || last === undefined || total === undefined) return undefined
  const size = total === '*' ? undefined : Number(total)
  const range = { start: Number(first), end: Number(last) + 1, size }
  return range.start < range.end && (size === undefined || range.end <= size) ? range : undefined
}

/** What the answer to a request for the first byte says about the file. */
export interface WebFacts {
  readonly size: number | undefined
  readonly version: WebVersion | undefined
  /** Whether the server answers ranges. */
  readonly ranges: boolean
}

/** Facts from that answer; undefined when it brings no file. */
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
