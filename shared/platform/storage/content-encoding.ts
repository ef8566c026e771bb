import { isNativeError } from 'node:util/types'
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import type { SystemHeaders } from './ports.ts'

/** The beginning of a file, decoded. */
export interface DecodedStart {
  readonly bytes: Uint8Array
  /** Size of the whole decoded file in bytes; infinite when only its beginning was decoded. */
  readonly size: number
}

/** Codings that change no byte of what is stored. `aws-chunked` describes an upload, and some tools store it. */
const NO_CODINGS: ReadonlySet<string> = new Set(['', 'identity', 'aws-chunked'])

/** Returns the codings of a `Content-Encoding` in the order in which they were applied. Pure. */
export const parseCodings = (contentEncoding = ''): string[] =>
  contentEncoding
    .split(',')
    .map((coding) =>
      coding
        .trim()
        .toLowerCase()
        .replace(/^x-gzip$/, 'gzip'),
    )
    .filter((coding) => !NO_CODINGS.has(coding))

/** Returns the headers as an upload may send them: S3 takes `aws-chunked` for a description of the upload itself. Pure. */
export function withoutChunked({ contentEncoding = '', ...headers }: SystemHeaders): SystemHeaders {
  const codings = contentEncoding.split(',').filter((coding) => coding.trim().toLowerCase() !== 'aws-chunked')
  const rest = codings.join(',').trim()
  return rest === '' ? headers : { ...headers, contentEncoding: rest }
}

/**
 * Decodes the beginning of a file as a client of HTTP does. Pure.
 * @param start the beginning of the encoded file
 * @param size of the whole encoded file in bytes
 * @param maxBytes decodes no more than about so many bytes
 * @returns a problem, as a phrase, when a client could not decode it
 */
export async function decodeStart(
  start: Uint8Array,
  size: number,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<DecodedStart | { readonly problem: string }> {
  let decoded: DecodedStart = { bytes: start, size }
  for (const coding of parseCodings(contentEncoding).reverse()) {
    const isWhole = decoded.size === decoded.bytes.length
    const decoder = createDecoder(coding, decoded.bytes, isWhole)
    if (!decoder) return { problem: `its Content-Encoding is "${coding.slice(0, 40)}", which browsers cannot decode` }
    try {
      decoded = await decode(decoded.bytes, decoder, isWhole, maxBytes)
    } catch (error) {
      const isCut = isNativeError(error) && 'code' in error && error.code === 'Z_BUF_ERROR'
      return { problem: isCut ? `it is truncated: its ${coding} data has no end` : `it is not encoded as ${coding}` }
    }
  }
  return decoded
}

type Decoder = NonNullable<ReturnType<typeof createDecoder>>

/** @param isWhole whether the input is complete, so that it must have an end */
function createDecoder(coding: string, input: Uint8Array, isWhole: boolean) {
  const options = isWhole ? {} : { finishFlush: constants.Z_SYNC_FLUSH }
  switch (coding) {
    case 'gzip':
      return createGunzip(options)
    case 'deflate':
      // Many servers send it without the header that the standard asks for, and browsers take both.
      return hasZlibHeader(input) ? createInflate(options) : createInflateRaw(options)
    case 'br':
      return createBrotliDecompress(isWhole ? {} : { finishFlush: constants.BROTLI_OPERATION_FLUSH })
    default:
      return undefined
  }
}

const hasZlibHeader = ([method = 0, flags = 0]: Uint8Array): boolean =>
  (method & 15) === 8 && (method * 256 + flags) % 31 === 0

async function decode(input: Uint8Array, decoder: Decoder, isWhole: boolean, maxBytes: number): Promise<DecodedStart> {
  const chunks: Uint8Array[] = []
  let length = 0
  decoder.end(input)
  // Leaving the loop destroys the decoder.
  for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= maxBytes) return { bytes: Buffer.concat(chunks), size: Number.POSITIVE_INFINITY }
  }
  return { bytes: Buffer.concat(chunks), size: isWhole ? length : Number.POSITIVE_INFINITY }
}
