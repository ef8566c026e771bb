import type { Piece } from './pieces.ts'
import type { Position } from './position.ts'

const LF = 0x0a

/** The service takes lines of 100,000 characters; a longer one than this is not held. */
export const MAX_LINE_BYTES = 1 << 20

/** One line of a file, or one more piece of a line that is too long. */
export interface Step {
  /** Without its line feed; undefined for a line that is too long. */
  readonly bytes: Uint8Array | undefined
  /** The line's number, from 1; undefined where the line was told before. */
  readonly line: number | undefined
  /** Where what follows begins. */
  readonly next: Position
  /** The file that it was read from. */
  readonly file: Pick<Piece, 'size' | 'etag'>
}

/**
 * Cuts pieces of a file into its lines. One that is too long is told once it is known to be, and then stepped over. What
 * the pieces end in the midst of is not told, unless the file ends there. Holds two pieces and one line.
 * @param from where the first piece begins
 */
export async function* lineSteps(pieces: AsyncIterable<Piece>, from: Position): AsyncGenerator<Step> {
  let { byte, line, isWithin } = from
  let held: Uint8Array[] = []
  let heldBytes = 0
  for await (const file of pieces) {
    for (const part of cutBehindFeeds(file.bytes)) {
      byte += part.length
      held.push(part)
      heldBytes += part.length
      const hasFeed = part.at(-1) === LF
      const isEnd = hasFeed || byte === file.size
      const isTooLong = isWithin || heldBytes - Number(hasFeed) > MAX_LINE_BYTES
      if (!isEnd && !isTooLong) continue
      const next = isEnd ? { byte, line: line + 1, isWithin: false } : { byte, line, isWithin: true }
      yield { bytes: isTooLong ? undefined : joined(held), line: isWithin ? undefined : line, next, file }
      line = next.line
      isWithin = next.isWithin
      held = []
      heldBytes = 0
    }
  }
}

function* cutBehindFeeds(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LF, start) + 1 || bytes.length
    yield bytes.subarray(start, end)
    start = end
  }
}

/** A line's parts as one, without its line feed. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = parts
  const line = only && more.length === 0 ? only : Buffer.concat(parts)
  return line.at(-1) === LF ? line.subarray(0, -1) : line
}
