import { isUtf8 } from 'node:buffer'
import { CR, LF } from '../platform/storage/ascii.ts'
import type { LineBlock } from '../platform/storage/line-blocks.ts'
import { describeNotUtf8 } from '../platform/storage/text-format.ts'
import type { ListColumns } from './image-list-header.ts'
import { type ListRow, listRow, listRowReader, ROW_IS_OPEN } from './image-list-row.ts'

/** A row with its quoted line breaks has at most so many bytes. Published rows have some hundred. */
export const MAX_LIST_ROW_BYTES = 1 << 20

const UNENDED = 'must end the quoted field that begins in this row'

/** What happens to the rows of an image list. */
export interface ListVisitor {
  /**
   * Whether to step over the line at this offset without reading it. That is safe for any line, as no line within a row
   * begins like a row.
   */
  skips?(bytes: Buffer, line: number): boolean
  /**
   * Takes a row.
   * @param bytes that the row's offsets refer to
   * @param place offset of the row in the file, and number of line feeds before it within what was walked
   * @returns what is wrong with its values, if anything
   */
  row(bytes: Buffer, row: ListRow, place: ListPlace): string | undefined
  /** Takes what is wrong with a row. Returns false to stop; otherwise reading goes on with the next line. */
  issue(message: string, place: ListPlace): boolean
}

/** Where a row begins. */
export interface ListPlace {
  readonly byte: number
  readonly line: number
}

/**
 * Walks blocks of lines of an image list in file order, from the beginning of a row. Skips blank lines. Holds the lines of
 * a row that goes on in the next block.
 */
export function listWalker(columns: ListColumns, visitor: ListVisitor) {
  const read = listRowReader(columns)
  const row = listRow(columns)
  const place = { byte: 0, line: 0 }
  let held: Buffer | undefined

  /** Walks bytes that begin with a row. Returns the offset of a row that is still open, or their end; -1 to stop. */
  const walkRows = (bytes: Buffer, start: number, isEnd: boolean): number => {
    const utf8 = isUtf8(bytes)
    for (let at = 0, next = 0; at < bytes.length; at = next) {
      const nextLine = findNextLine(bytes, at)
      next = nextLine
      place.byte = start + at
      if (!isBlank(bytes, at) && !visitor.skips?.(bytes, at)) {
        const found = read(bytes, at, row)
        if (found === ROW_IS_OPEN && !isEnd && bytes.length - at <= MAX_LIST_ROW_BYTES) return at
        if (found === undefined) next = row.next
        const message = utf8 || isUtf8(bytes.subarray(at, next)) ? found : describeNotUtf8(bytes.subarray(at, next))
        const issue = message === undefined ? visitor.row(bytes, row, place) : message
        if (issue !== undefined && !visitor.issue(issue === ROW_IS_OPEN ? UNENDED : issue, place)) return -1
      }
      place.line += next === nextLine ? 1 : countLines(bytes.subarray(at, next))
    }
    return bytes.length
  }

  /** Walks a block. Returns false when the visitor stopped. */
  const walk = (block: LineBlock): boolean => {
    const bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length)
    const joined = held ? Buffer.concat([held, bytes]) : bytes
    const open = walkRows(joined, block.start - (held?.length ?? 0), false)
    held = open >= 0 && open < joined.length ? joined.subarray(open) : undefined
    return open >= 0
  }

  /**
   * Ends the walk: a row that is still open is wrong.
   * @param to offset in the file of the end of what was walked
   * @returns the number of lines walked
   */
  const end = (to: number): number => {
    if (held) walkRows(held, to - held.length, true)
    held = undefined
    return place.line
  }
  return { walk, end }
}

/** Returns the offset of the line after that of a byte. */
export function findNextLine(bytes: Uint8Array, from: number): number {
  const lineEnd = bytes.indexOf(LF, from)
  return lineEnd < 0 ? bytes.length : lineEnd + 1
}

function isBlank(bytes: Buffer, line: number): boolean {
  let at = line
  while (bytes[at] === CR) at++
  return at >= bytes.length || bytes[at] === LF
}

const countLines = (bytes: Buffer): number => bytes.reduce((count, byte) => count + (byte === LF ? 1 : 0), 0)
