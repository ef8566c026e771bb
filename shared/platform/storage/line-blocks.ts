import { AppError } from '../../contracts/errors.ts'
import { LF } from './ascii.ts'

/** Lines of metadata have some hundred bytes; a file with longer ones is of another kind. */
const MAX_LINE_BYTES = 1 << 20

/** A block of whole lines. Every line but the file's last ends in a line feed. */
export interface LineBlock {
  readonly bytes: Uint8Array
  /** Offset of the block in the file. */
  readonly start: number
}

/**
 * Cuts a stream of chunks into blocks of whole lines. Copies only lines that lie across two chunks.
 * Holds one chunk and one line.
 * @param start offset of the stream in its file
 * @throws AppError `bad-source` when a line is longer than 1 MiB
 */
export async function* lineBlocks(chunks: AsyncIterable<Uint8Array>, start = 0): AsyncGenerator<LineBlock> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let at = start
  for await (const chunk of chunks) {
    const first = chunk.indexOf(LF) + 1
    if (first === 0) {
      held.push(chunk)
      heldBytes += chunk.length
      if (heldBytes > MAX_LINE_BYTES) throw lineTooLong(at)
      continue
    }
    let from = 0
    if (heldBytes > 0) {
      const line = Buffer.concat([...held, chunk.subarray(0, first)])
      yield { bytes: line, start: at }
      at += line.length
      from = first
    }
    const last = chunk.lastIndexOf(LF) + 1
    if (last > from) {
      yield { bytes: chunk.subarray(from, last), start: at }
      at += last - from
    }
    held = last < chunk.length ? [chunk.subarray(last)] : []
    heldBytes = chunk.length - last
  }
  if (heldBytes > 0) yield { bytes: Buffer.concat(held), start: at }
}

const lineTooLong = (at: number): AppError =>
  new AppError('bad-source', `The line at byte ${at} must be at most ${MAX_LINE_BYTES} bytes: is this a text file?`)
