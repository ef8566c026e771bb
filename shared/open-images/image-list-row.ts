import { IMAGE_ID_BYTES } from '../contracts/image-id.ts'
import { COMMA, CR, LF, QUOTE, SPACE } from '../platform/storage/ascii.ts'
import { DIGITS_OF_BOTH_CASES, HALF_ID_BYTES, parseHalfId } from './half-id.ts'
import type { ListColumns } from './image-list-header.ts'
import { NOT_CR } from './text-file.ts'

/** What was read of a row of an image list. One object is reused for all rows. */
export interface ListRow {
  /** The two halves of the image id. */
  high: number
  low: number
  /** Bytes [starts, ends) of each field, without the quotes around it. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Whether the field is quoted: 1 or 0. */
  readonly quoted: Uint8Array
  /** Where the next row begins. */
  next: number
}

export const listRow = ({ count }: ListColumns): ListRow => ({
  high: 0,
  low: 0,
  starts: new Int32Array(count),
  ends: new Int32Array(count),
  quoted: new Uint8Array(count),
  next: 0,
})

/** The row may go on after the bytes: a quoted field does not end in them. */
export const ROW_IS_OPEN = Symbol('row is open')

/**
 * Returns a function that reads one row as RFC 4180 says: a quote counts only as the first byte of a field, and then the
 * field ends at the next quote that is not doubled. It looks at bytes, as lists have up to nine million rows.
 *
 * A quoted field may span lines, but no line in it may begin like a row: where a quote was forgotten, the rows behind it
 * would be taken for the field. So every line that begins like a row is a row, wherever reading begins.
 *
 * It returns undefined, what is wrong with the row, or {@link ROW_IS_OPEN}. Rows of spaces and line ends are the caller's.
 */
export function listRowReader({ count }: ListColumns) {
  return (bytes: Uint8Array, start: number, row: ListRow): string | typeof ROW_IS_OPEN | undefined => {
    const { length } = bytes
    let column = 0
    for (let at = start; ; at++, column++) {
      const isQuoted = bytes[at] === QUOTE
      const from = isQuoted ? at + 1 : at
      const to = isQuoted ? findQuoteEnd(bytes, from) : findFieldEnd(bytes, from)
      if (to === OPEN) return ROW_IS_OPEN
      if (to === AT_ROW) return 'must end the quoted field before the next row begins'
      at = isQuoted ? skipCarriageReturns(bytes, to + 1) : to
      const isLast = at >= length || bytes[at] === LF
      if (!isLast && bytes[at] !== COMMA) return 'must quote the whole field and double the quotes in it'
      if (!isQuoted && hasSpacesBeforeQuote(bytes, from)) return 'must not have spaces before the quote of a field'
      if (column < count) {
        row.starts[column] = from
        row.ends[column] = isLast && !isQuoted ? trimCarriageReturns(bytes, from, to) : to
        row.quoted[column] = isQuoted ? 1 : 0
      }
      if (isLast) {
        row.next = Math.min(at + 1, length)
        break
      }
    }
    if (column + 1 !== count) return describeCount(bytes.subarray(start, row.next), column + 1, count)
    return readId(bytes, row) ? undefined : describeId(bytes, row)
  }
}

/** Returns the text of a field, without the spaces around it. */
export function fieldText(bytes: Buffer, { starts, ends, quoted }: ListRow, column: number): string {
  const text = bytes.toString('utf8', starts[column], ends[column])
  return (quoted[column] === 1 ? text.replaceAll('""', '"') : text).trim()
}

/** Whether the line at this offset begins with an image id, quoted or not, and a comma. */
export function beginsLikeRow(bytes: Uint8Array, line: number): boolean {
  const at = bytes[line] === QUOTE ? line + 1 : line
  const end = at + IMAGE_ID_BYTES
  if (bytes[bytes[end] === QUOTE ? end + 1 : end] !== COMMA) return false
  return parseHalf(bytes, at) >= 0 && parseHalf(bytes, at + HALF_ID_BYTES) >= 0
}

const OPEN = -1
const AT_ROW = -2

/** Returns the offset of the quote that ends a field; {@link OPEN} or {@link AT_ROW} if there is none. */
function findQuoteEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === LF && beginsLikeRow(bytes, at + 1)) return AT_ROW
    if (byte !== QUOTE) continue
    if (bytes[at + 1] !== QUOTE) return at
    at += 1
  }
  return OPEN
}

function findFieldEnd(bytes: Uint8Array, from: number): number {
  const { length } = bytes
  let at = from
  while (at < length && bytes[at] !== COMMA && bytes[at] !== LF) at++
  return at
}

function hasSpacesBeforeQuote(bytes: Uint8Array, from: number): boolean {
  let at = from
  while (bytes[at] === SPACE) at++
  return at > from && bytes[at] === QUOTE
}

/** Steps over carriage returns that belong to a line end. */
function skipCarriageReturns(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at] === CR) at++
  return at >= bytes.length || bytes[at] === LF ? at : from
}

function trimCarriageReturns(bytes: Uint8Array, from: number, to: number): number {
  let end = to
  while (end > from && bytes[end - 1] === CR) end--
  return end
}

const parseHalf = (bytes: Uint8Array, at: number): number => parseHalfId(bytes, at, DIGITS_OF_BOTH_CASES)

function readId(bytes: Uint8Array, row: ListRow): boolean {
  const [start = 0] = row.starts
  const [end = 0] = row.ends
  if (end - start !== IMAGE_ID_BYTES) return false
  row.high = parseHalf(bytes, start)
  row.low = parseHalf(bytes, start + HALF_ID_BYTES)
  return row.high >= 0 && row.low >= 0
}

function describeId(bytes: Uint8Array, row: ListRow): string {
  const id = Buffer.from(bytes.subarray(row.starts[0], row.ends[0])).toString('utf8')
  return `ImageID must be 16 digits and letters a to f, not ${JSON.stringify(id.slice(0, 40))}`
}

function describeCount(line: Uint8Array, found: number, count: number): string {
  const inner = Buffer.from(line).toString('latin1').trimEnd()
  if (inner.includes('\r')) return `the file ${NOT_CR}`
  return `the row must have ${count} columns like the header, not ${found} (a field that contains a comma must be quoted)`
}
