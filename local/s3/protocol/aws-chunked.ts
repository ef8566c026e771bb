import { LF } from '../../../shared/platform/storage/ascii.ts'
import { S3Error } from './errors.ts'

const MAX_LINE_BYTES = 8192

/**
 * Decodes an `aws-chunked` body, signed (`SIZE;chunk-signature=...`) or unsigned. Signatures are not verified. Adds the
 * trailing headers to `trailers` at the end. Holds one network chunk in memory.
 * @throws S3Error `IncompleteBody` when the body ends early, `InvalidRequest` when its framing is wrong
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const source = createReader(body)
  try {
    for (let size = parseChunkSize(await source.line()); size > 0; size = parseChunkSize(await source.line())) {
      yield* source.take(size)
      if ((await source.line()) !== '') throw malformedEncoding()
    }
    for (let line = await source.line(); line; line = await source.line()) {
      const colon = line.indexOf(':')
      if (colon < 1) throw malformedEncoding()
      trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
    }
  } finally {
    await source.end()
  }
}

const malformedEncoding = () => new S3Error('InvalidRequest', {}, 'The aws-chunked encoding of the body is not valid.')

function parseChunkSize(line: string | undefined): number {
  if (line === undefined) throw new S3Error('IncompleteBody')
  const digits = /^([0-9a-f]{1,12})(;.*)?$/i.exec(line)?.[1]
  if (digits === undefined) throw malformedEncoding()
  return Number.parseInt(digits, 16)
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
