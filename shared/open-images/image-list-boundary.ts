import type { ByteSource } from '../platform/storage/byte-source.ts'
import { lineBlocks } from '../platform/storage/line-blocks.ts'
import { readAhead } from '../platform/storage/read-ahead.ts'
import { beginsLikeRow } from './image-list-row.ts'
import { findNextLine, MAX_LIST_ROW_BYTES } from './walk-image-list.ts'

/** Two rows of the largest size: more bytes than that without the beginning of a row are invalid, whoever reads them. */
const MAX_AHEAD_BYTES = 2 * MAX_LIST_ROW_BYTES
const RANGE_BYTES = 64 << 10

/**
 * Moves a cut of an image list forward to the first line at or after it that begins like a row. Workers of adjoining slices
 * agree on the boundary between them. Where there is none, the slice before it is invalid: the boundary does not matter.
 * @param rowsFrom offset of the first row
 */
export async function findListBoundary(source: ByteSource, cut: number, rowsFrom: number): Promise<number> {
  if (cut <= rowsFrom) return rowsFrom
  if (cut >= source.size) return source.size
  const to = Math.min(source.size, cut + MAX_AHEAD_BYTES)
  // From the byte before the cut: if that is a line feed, a line begins at the cut.
  const from = cut - 1
  const chunks = readAhead(source, { from, to, rangeBytes: RANGE_BYTES, inFlight: 1 })
  for await (const { bytes, start } of lineBlocks(chunks, from)) {
    // Every block begins with a line, but for the first one.
    for (let line = start === from ? findNextLine(bytes, 0) : 0; line < bytes.length; line = findNextLine(bytes, line))
      if (beginsLikeRow(bytes, line)) return start + line
  }
  return to
}
