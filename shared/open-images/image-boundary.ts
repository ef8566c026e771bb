import type { ByteSource } from '../platform/storage/byte-source.ts'
import { lineBlocks } from '../platform/storage/line-blocks.ts'
import { readAhead } from '../platform/storage/read-ahead.ts'

const LF = 0x0a
const COMMA = 0x2c
const LOOK_BACK_BYTES = 64 << 10

/**
 * The first byte at or behind `cut` where a row of another image than the row before begins; the file's size if
 * there is none. Neighbours who cut at the same byte agree on it, so no row is lost or read twice, and an image's
 * rows that stand together stay together.
 * @param rowsFrom where the first row begins, behind the header
 * @param idColumn which column has the image id
 */
export async function imageBoundary(
  source: ByteSource,
  cut: number,
  rowsFrom: number,
  idColumn: number,
): Promise<number> {
  if (cut <= rowsFrom) return rowsFrom
  if (cut >= source.size) return source.size
  const from = Math.max(rowsFrom, cut - LOOK_BACK_BYTES)
  const chunks = readAhead(source, { from, rangeBytes: 2 * LOOK_BACK_BYTES, inFlight: 1 })
  let before: string | undefined
  for await (const { bytes, start } of lineBlocks(chunks, from)) {
    for (let at = 0; at < bytes.length; ) {
      const lineFeed = bytes.indexOf(LF, at)
      const next = lineFeed < 0 ? bytes.length : lineFeed + 1
      // What the look-back begins in the middle of is no whole row, but it ends before the cut.
      const id = fieldOf(bytes.subarray(at, next), idColumn)
      if (start + at >= cut && id !== before) return start + at
      before = id
      at = next
    }
  }
  return source.size
}

function fieldOf(line: Uint8Array, column: number): string {
  let from = 0
  for (let skipped = 0; skipped < column; skipped++) from = line.indexOf(COMMA, from) + 1
  const end = line.indexOf(COMMA, from)
  return Buffer.from(line.subarray(from, end < 0 ? line.length : end))
    .toString('latin1')
    .trimEnd()
}
