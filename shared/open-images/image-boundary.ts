import type { ByteSource } from '../platform/storage/byte-source.ts'
import { lineBlocks } from '../platform/storage/line-blocks.ts'
import { readAhead } from '../platform/storage/read-ahead.ts'
import { fieldEnd, fieldStart, nextRow } from './row-fields.ts'

const LOOK_BACK_BYTES = 64 << 10

/**
 * Moves a cut forward to the first row at or after it whose image differs from that of the row before. Returns the
 * file's size if there is none. Workers of adjoining slices agree on the boundary between them, so no row is lost or read
 * twice, and adjacent rows of one image stay together.
 * @param rowsFrom offset of the first row
 * @param idColumn index of the image id's column
 */
export async function findImageBoundary(
  source: ByteSource,
  cut: number,
  rowsFrom: number,
  idColumn: number,
): Promise<number> {
  if (cut <= rowsFrom) return rowsFrom
  if (cut >= source.size) return source.size
  const from = Math.max(rowsFrom, cut - LOOK_BACK_BYTES)
  const chunks = readAhead(source, { from, rangeBytes: 2 * LOOK_BACK_BYTES, inFlight: 1 })
  let previousId: string | undefined
  for await (const { bytes, start } of lineBlocks(chunks, from)) {
    for (let at = 0, next = 0; at < bytes.length; at = next) {
      next = nextRow(bytes, at)
      // The first line may be the rest of a row. It ends before the cut, so its id decides nothing.
      const id = readId(bytes.subarray(at, next), idColumn)
      if (start + at >= cut && id !== previousId) return start + at
      previousId = id
    }
  }
  return source.size
}

function readId(line: Uint8Array, column: number): string {
  const start = fieldStart(line, 0, column)
  return Buffer.from(line.subarray(start, fieldEnd(line, start))).toString('latin1')
}
