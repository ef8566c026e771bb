import { AppError } from '../../contracts/errors.ts'

const LF = 0x0a

/** A line of metadata is some hundred bytes; what goes on for longer is another kind of file. */
const MAX_LINE_BYTES = 1 << 20

/** Whole lines, one after another: every line but the file's last ends in a line feed. */
export interface LineBlock {
  readonly bytes: Uint8Array
  /** Where the block begins in the file, in bytes. */
  readonly start: number
}

/**
 * Cuts a stream of bytes into blocks of whole lines, whatever the cuts of the stream were.
 * Copies only lines that straddle a cut. Holds one chunk and one line.
 * @param start where the stream begins in its file
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
      if (heldBytes > MAX_LINE_BYTES) throw tooLong(at)
      continue
    }
    let from = 0
    if (heldBytes > 0) {
      const straddling = Buffer.concat([...held, chunk.subarray(0, first)])
      yield { bytes: straddling, start: at }
      at += straddling.length
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

const tooLong = (at: number): AppError =>
  new AppError('bad-source', `The line at byte ${at} is longer than ${MAX_LINE_BYTES} bytes: this is no file of lines.`)
