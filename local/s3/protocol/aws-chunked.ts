import { createHash } from 'node:crypto'
import { LF } from '../../../shared/platform/storage/ascii.ts'
import type { ChunkSignatures } from '../../signatures/chunk-signatures.ts'
import { S3Error } from './errors.ts'

const MAX_LINE_BYTES = 8192
const TRAILER_SIGNATURE = 'x-amz-trailer-signature'

/**
 * Decodes an `aws-chunked` body, signed (`SIZE;chunk-signature=...`) or unsigned. Adds the trailing headers to `trailers`
 * at the end. Holds one network chunk in memory, so the bytes of a chunk are passed on before its signature is verified.
 * @param signatures verifies the chunks and the trailer of a signed body
 * @throws S3Error `IncompleteBody` when the body ends early, `InvalidRequest` when its framing is wrong
 * @throws SignatureError `SignatureDoesNotMatch`
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
  signatures?: ChunkSignatures,
): AsyncGenerator<Buffer> {
  const source = createReader(body)
  try {
    for (;;) {
      const { size, signature } = parseChunkHead(await source.line())
      const hash = signatures && createHash('sha256')
      for await (const bytes of source.take(size)) {
        hash?.update(bytes)
        yield bytes
      }
      if (hash) signatures?.verifyChunk(hash.digest('hex'), signature)
      if (size === 0) break
      if ((await source.line()) !== '') throw malformedEncoding()
    }
    for (let line = await source.line(); line; line = await source.line()) {
      const colon = line.indexOf(':')
      if (colon < 1) throw malformedEncoding()
      trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
    }
    if (signatures) verifyTrailer(trailers, signatures)
  } finally {
    await source.end()
  }
}

/** Verifies the trailing headers, and removes their signature from them. */
function verifyTrailer(trailers: Map<string, string>, signatures: ChunkSignatures): void {
  const signature = trailers.get(TRAILER_SIGNATURE) ?? ''
  trailers.delete(TRAILER_SIGNATURE)
  const lines = Array.from(trailers, ([name, value]) => `${name}:${value}`)
  if (signatures.hasTrailer) signatures.verifyTrailer(lines, signature)
  else if (lines.length > 0) throw malformedEncoding()
}

const malformedEncoding = () => new S3Error('InvalidRequest', {}, 'The aws-chunked encoding of the body is not valid.')

/** Parses the line before a chunk. The signature is empty if there is none. */
function parseChunkHead(line: string | undefined): { size: number; signature: string } {
  if (line === undefined) throw new S3Error('IncompleteBody')
  const [, digits, , signature = ''] = /^([0-9a-f]{1,12})(;chunk-signature=(.*)|;.*)?$/i.exec(line) ?? []
  if (digits === undefined) throw malformedEncoding()
  return { size: Number.parseInt(digits, 16), signature }
}

/** Creates a reader that reads a body by lines and by byte counts. */
function createReader(body: AsyncIterable<Buffer>) {
  const iterator = body[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)

  /** Reads the next network chunk. Returns false at the end of the body. */
  async function more(): Promise<boolean> {
    const next = await iterator.next()
    if (next.done) return false
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
    return true
  }

  return {
    /** Returns the next line without its line break, or undefined at the end of the body. */
    async line(): Promise<string | undefined> {
      let end = held.indexOf(LF)
      while (end < 0) {
        if (held.length > MAX_LINE_BYTES) throw malformedEncoding()
        if (!(await more())) return undefined
        end = held.indexOf(LF)
      }
      const line = held.subarray(0, end).toString('latin1')
      held = held.subarray(end + 1)
      return line.endsWith('\r') ? line.slice(0, -1) : line
    },
    /** Yields the next `count` bytes. */
    async *take(count: number): AsyncGenerator<Buffer> {
      for (let left = count; left > 0; ) {
        if (held.length === 0 && !(await more())) throw new S3Error('IncompleteBody')
        const piece = held.subarray(0, left)
        held = held.subarray(piece.length)
        left -= piece.length
        yield piece
      }
    },
    async end(): Promise<void> {
      await iterator.return?.()
    },
  }
}
