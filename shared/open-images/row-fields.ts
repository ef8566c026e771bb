import { FLAG_NAMES } from '../contracts/flags.ts'
import { IMAGE_ID_BYTES } from '../contracts/image-id.ts'
import { COMMA, LF } from '../platform/storage/ascii.ts'
import type { Columns } from './header.ts'

const ONE = 0x31

// For loops over millions of rows. There are two walkers of rows, for speed: this one checks nothing and skips what every
// checked row has; `plain-row.ts` checks each byte. An incomplete row ends with its block here. `length` is read once per
// call: reading it at each byte costs a third more time.

/** Bytes that a walk may skip, because every checked row has them. */
export interface RowSkips {
  /** Bytes from a row's start up to and including a comma. */
  readonly lead: number
  /** Columns from there to the class id. */
  readonly columnsLeft: number
  /** Minimum of bytes after the class id. */
  readonly tail: number
}

/** Plans what to skip: image ids have one length, and corners and flags are never empty. Pure. */
export function rowSkips({ count, imageId, classId, xMin, xMax, yMin, yMax, flags }: Columns): RowSkips {
  const notEmpty = [imageId, xMin, xMax, yMin, yMax, ...FLAG_NAMES.map((flag) => flags[flag])]
  const columnsAfter = notEmpty.filter((column) => column !== undefined && column > classId).length
  const tail = count - 1 - classId + columnsAfter
  return imageId === 0
    ? { lead: IMAGE_ID_BYTES + 1, columnsLeft: classId - 1, tail }
    : { lead: 0, columnsLeft: classId, tail }
}

/** Returns the offset of a column's field in the row that begins at `row`. */
export function fieldStart(bytes: Uint8Array, row: number, column: number): number {
  const { length } = bytes
  let at = row
  for (let passed = 0; passed < column; passed++) {
    while (at < length && bytes[at] !== COMMA) at++
    at++
  }
  return at
}

/** Returns the end of an id that begins at `start`. Its characters sort after the comma; line ends sort before it. */
export function fieldEnd(bytes: Uint8Array, start: number): number {
  let at = start
  while ((bytes[at] ?? 0) > COMMA) at++
  return at
}

/** Returns the offset of the next row. @param from any byte of this row */
export function nextRow(bytes: Uint8Array, from: number): number {
  const { length } = bytes
  let at = from
  while (at < length && bytes[at] !== LF) at++
  return Math.min(at + 1, length)
}

/** Tells whether any of these columns of a row is `1`. */
export function hasOneIn(bytes: Uint8Array, rowStart: number, columns: readonly number[]): boolean {
  if (columns.length === 0) return false
  for (let at = rowStart, fieldStart = rowStart, column = 0; ; at++) {
    const byte = bytes[at]
    const endsRow = byte === undefined || byte === LF
    if (byte !== COMMA && !endsRow) continue
    if (bytes[fieldStart] === ONE && columns.includes(column)) return true
    if (endsRow) return false
    column++
    fieldStart = at + 1
  }
}
