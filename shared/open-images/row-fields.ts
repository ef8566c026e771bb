import { FLAG_NAMES } from '../contracts/flags.ts'
import { IMAGE_ID_BYTES } from '../contracts/image-id.ts'
import type { Columns } from './header.ts'

const LF = 0x0a
const COMMA = 0x2c
const ONE = 0x31

// For loops over millions of rows. Rows were checked when they were imported; nothing is checked again here, and what is
// no row after all ends where its block ends. The length is read once a call: read at each byte, it takes a third more time.

/** What a walk over rows need not look at, as every checked row has it. */
export interface RowSkips {
  /** Bytes from a row's start that end with a comma, and how many columns are left from there to the class id. */
  readonly lead: number
  readonly columnsLeft: number
  /** Bytes that a row has at least behind its class id. */
  readonly tail: number
}

/** An image id is of one length, and neither a corner nor a flag is empty. Pure. */
export function rowSkips({ count, imageId, classId, xMin, xMax, yMin, yMax, flags }: Columns): RowSkips {
  const notEmpty = [imageId, xMin, xMax, yMin, yMax, ...FLAG_NAMES.map((flag) => flags[flag])]
  const behind = notEmpty.filter((column) => column !== undefined && column > classId).length
  const tail = count - 1 - classId + behind
  return imageId === 0
    ? { lead: IMAGE_ID_BYTES + 1, columnsLeft: classId - 1, tail }
    : { lead: 0, columnsLeft: classId, tail }
}

/** Where a column's field begins, in the row that begins at `row`. */
export function fieldStart(bytes: Uint8Array, row: number, column: number): number {
  const { length } = bytes
  let at = row
  for (let passed = 0; passed < column; passed++) {
    while (at < length && bytes[at] !== COMMA) at++
    at++
  }
  return at
}

/** Where an id that begins at `start` ends: its characters all sort behind the comma, as line ends do not. */
export function fieldEnd(bytes: Uint8Array, start: number): number {
  let at = start
  while ((bytes[at] ?? 0) > COMMA) at++
  return at
}

/** Where the row behind this one begins, from anywhere in a row. */
export function nextRow(bytes: Uint8Array, from: number): number {
  const { length } = bytes
  let at = from
  while (at < length && bytes[at] !== LF) at++
  return Math.min(at + 1, length)
}

/** Whether any of these columns of a row reads exactly `1`. */
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
