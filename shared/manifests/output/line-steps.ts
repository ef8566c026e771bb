import { LF } from '../../platform/storage/ascii.ts'
import type { Piece } from './pieces.ts'
import type { Position } from './position.ts'

/** Longer lines are not held. The service accepts lines of up to 100,000 characters. */
export const MAX_LINE_BYTES = 1 << 20

/** A line of a file, or a piece of a line that is too long. */
export interface Step {
  /** The line without its line feed; undefined for a line that is too long. */
  readonly bytes: Uint8Array | undefined
  /** Number of the line, from 1; undefined for further pieces of a line that is too long. */
  readonly line: number | undefined
  /** Where the next step begins. */
  readonly next: Position
  /** The file that the line was read from. */
  readonly file: Pick<Piece, 'size' | 'etag'>
}

/**
 * Cuts pieces of a file into lines. A line that is too long is returned once, without its bytes, and then skipped. An
 * incomplete line at the end of the pieces is returned only if the file ends there too. Holds two pieces and one line.
 * @param from position of the first piece
 */
export async function* lineSteps(pieces: AsyncIterable<Piece>, from: Position): AsyncGenerator<Step> {
  let { byte, line, isInsideLine } = from
  let parts: Uint8Array[] = []
  let lineBytes = 0
  for await (const file of pieces) {
    for (const part of cutAfterLineFeeds(file.bytes)) {
      byte += part.length
      parts.push(part)
      lineBytes += part.length
      const hasLineFeed = part.at(-1) === LF
      const isComplete = hasLineFeed || byte === file.size
      const isTooLong = isInsideLine || lineBytes - Number(hasLineFeed) > MAX_LINE_BYTES
      if (!isComplete && !isTooLong) continue
      const next = isComplete ? { byte, line: line + 1, isInsideLine: false } : { byte, line, isInsideLine: true }
      yield { bytes: isTooLong ? undefined : joinParts(parts), line: isInsideLine ? undefined : line, next, file }
      line = next.line
      isInsideLine = next.isInsideLine
      parts = []
      lineBytes = 0
    }
  }
}

function* cutAfterLineFeeds(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LF, start) + 1 || bytes.length
    yield bytes.subarray(start, end)
    start = end
  }
}

/** Joins the parts of a line, without its line feed. */
function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = parts
  const line = only && more.length === 0 ? only : Buffer.concat(parts)
  return line.at(-1) === LF ? line.subarray(0, -1) : line
}
