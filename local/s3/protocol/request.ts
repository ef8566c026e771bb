import type { IncomingMessage } from 'node:http'
import { invalidArgument, S3Error } from './errors.ts'

/** A request as operations see it. */
export interface S3Request {
  readonly method: string
  /** Empty when the request is about the service. */
  readonly bucket: string
  /** Any text of up to 1024 bytes; empty when the request is about a bucket. */
  readonly key: string
  readonly query: URLSearchParams
  /** By lower-case name. Presigned URLs may carry `x-amz-` headers in their query; those count too. */
  header(name: string): string | undefined
  /** Names and values of the headers that begin so, without that beginning. */
  headersFrom(prefix: string): [string, string][]
  /** The body as it was sent. Leaving it half read does not end the connection. */
  body(): AsyncIterable<Buffer>
}

const MAX_KEY_BYTES = 1024

/**
 * Takes a request apart. The path is never normalised: `a/../b` is a key like any other.
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
    header: (name) => headerOf(incoming, name) ?? fromQuery.get(name),
    headersFrom(prefix) {
      const names = new Set([...Object.keys(incoming.headers), ...fromQuery.keys()])
      return [...names]
        .filter((name) => name.startsWith(prefix))
        .map((name) => [name.slice(prefix.length), headerOf(incoming, name) ?? fromQuery.get(name) ?? ''])
    },
    body: () => incoming.iterator({ destroyOnReturn: false }),
  }
}

/**
 * Undoes percent-encoding; `+` stays a plus.
 * @throws S3Error `InvalidURI` when that is not UTF-8
 */
export function decodePath(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw new S3Error('InvalidURI', { URI: encoded })
  }
}

/**
 * A query parameter that stands for a header, as the bytes that a header would have.
 * @throws S3Error `InvalidArgument` when it holds control characters
 */
export function asHeader(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (!/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return Buffer.from(value, 'utf8').toString('latin1')
  throw invalidArgument(name, value, 'Header values cannot hold control characters.')
}

/** Text before and after the first separator; all of it and nothing if there is none. */
export function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}

/**
 * A query parameter that is a count.
 * @throws S3Error `InvalidArgument` when it is not a whole number from 0 to 2147483647
 */
export function countFrom(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name)
  if (text === null || text === '') return fallback
  const count = Number(text)
  if (/^\d+$/.test(text) && count <= 0x7fffffff) return count
  throw invalidArgument(name, text, `Provided ${name} not an integer or within integer range`)
}

/**
 * Lower-case `x-amz-` parameters are headers that a presigner moved; `X-Amz-` ones are its own. Checksums are left
 * out: presigners move that of the empty body that they sign, not of the one that will be sent.
 */
function headersInQuery(query: URLSearchParams): Map<string, string> {
  const moved = [...query].filter(([name]) => name.startsWith('x-amz-') && !name.startsWith('x-amz-checksum-'))
  return new Map(moved.map(([name, value]) => [name, asHeader(name, value)]))
}

function headerOf(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
