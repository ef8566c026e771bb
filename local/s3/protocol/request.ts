import type { IncomingMessage } from 'node:http'
import { type SignedPayload, UNSIGNED } from './authenticate.ts'
import { invalidArgument, S3Error } from './errors.ts'

/** A parsed S3 request. */
export interface S3Request {
  readonly method: string
  /** Empty for requests to the service. */
  readonly bucket: string
  /** Up to 1024 bytes of UTF-8; empty for requests to a bucket. */
  readonly key: string
  readonly query: URLSearchParams
  /** What its signature covers of the body. */
  readonly payload: SignedPayload
  /** Returns a header by lower-case name. Includes `x-amz-` headers that a presigned URL carries in its query. */
  header(name: string): string | undefined
  /** Returns the headers whose names start with this prefix, as pairs of the remaining name and the value. */
  headersFrom(prefix: string): [string, string][]
  /** Returns the raw body. The connection stays open if it is not read to the end. */
  body(): AsyncIterable<Buffer>
}

const MAX_KEY_BYTES = 1024

/**
 * Parses a request in path style, signed or not. The path is not normalized: `a/../b` is a valid key.
 * @throws S3Error `InvalidURI`, `KeyTooLongError`
 */
export function parseRequest(incoming: IncomingMessage): S3Request {
  const [path = '', search = ''] = splitOnce(incoming.url ?? '/', '?')
  const [bucket, rawKey] = splitOnce(path.slice(1), '/')
  const key = decodePath(rawKey)
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    const details = { Size: String(Buffer.byteLength(key)), MaxSizeAllowed: String(MAX_KEY_BYTES) }
    throw new S3Error('KeyTooLongError', details)
  }
  const query = new URLSearchParams(search)
  const fromQuery = headersInQuery(query)
  return {
    method: incoming.method ?? 'GET',
    bucket: decodePath(bucket),
    key,
    query,
    payload: UNSIGNED,
    header: (name) => readHeader(incoming, name) ?? fromQuery.get(name),
    headersFrom(prefix) {
      const names = new Set([...Object.keys(incoming.headers), ...fromQuery.keys()])
      return [...names]
        .filter((name) => name.startsWith(prefix))
        .map((name) => [name.slice(prefix.length), readHeader(incoming, name) ?? fromQuery.get(name) ?? ''])
    },
    body: () => incoming.iterator({ destroyOnReturn: false }),
  }
}

/**
 * Decodes percent-encoding. A `+` is kept.
 * @throws S3Error `InvalidURI` when the result is not UTF-8
 */
export function decodePath(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw new S3Error('InvalidURI', { URI: encoded })
  }
}

/**
 * Converts a query parameter that replaces a header to the bytes of a header value.
 * @throws S3Error `InvalidArgument` when it contains control characters
 */
export function encodeHeaderValue(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it rejects
  if (!/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return Buffer.from(value, 'utf8').toString('latin1')
  throw invalidArgument(name, value, 'Header values cannot hold control characters.')
}

/** Splits text at the first separator. Without a separator the second part is empty. */
export function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}

/**
 * Parses a numeric query parameter.
 * @throws S3Error `InvalidArgument` when it is not an integer from 0 to 2147483647
 */
export function parseCount(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name)
  if (text === null || text === '') return fallback
  const count = Number(text)
  if (/^\d+$/.test(text) && count <= 0x7fffffff) return count
  throw invalidArgument(name, text, `Provided ${name} not an integer or within integer range`)
}

/**
 * Returns the headers that a presigner moved to the query: the lower-case `x-amz-` parameters. `X-Amz-` parameters are
 * its own. Checksums are excluded, because a presigner computes them for the empty body that it signs.
 */
function headersInQuery(query: URLSearchParams): Map<string, string> {
  const moved = [...query].filter(([name]) => name.startsWith('x-amz-') && !name.startsWith('x-amz-checksum-'))
  return new Map(moved.map(([name, value]) => [name, encodeHeaderValue(name, value)]))
}

function readHeader(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
