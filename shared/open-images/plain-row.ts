import { FLAG_NAMES } from '../contracts/flags.ts'
import { IMAGE_ID_BYTES } from '../contracts/image-id.ts'
import { COMMA, CR, LF } from '../platform/storage/ascii.ts'
import { HALF_ID_BYTES, parseHalfId } from './half-id.ts'
import type { Columns } from './header.ts'
import { fieldEnd } from './row-fields.ts'

const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const ONE = 0x31
/** With up to 15 digits, the quotient of two integers is the double nearest to the decimal. */
const MAX_DIGITS = 15
const TENS = Float64Array.from({ length: MAX_DIGITS + 1 }, (_, digits) => 10 ** digits)

/** What each column holds. The corners' values are their positions in `corners`. */
const KIND = { xMin: 0, xMax: 1, yMin: 2, yMax: 3, flag: 4, imageId: 5, classId: 6, other: 7 } as const

/** What was read of a row. One object is reused for all rows. */
export interface PlainRow {
  /** The two halves of the image id. */
  high: number
  low: number
  /** Bytes [classIdStart, classIdEnd) hold the class id. */
  classIdStart: number
  classIdEnd: number
  /** Where the next row begins. */
  next: number
}

export const plainRow = (): PlainRow => ({ high: 0, low: 0, classIdStart: 0, classIdEnd: 0, next: 0 })

/**
 * Returns a function that reads and checks one row written as in the published files, for loops over millions of rows.
 *
 * It returns true for a row that is valid but for its class id, which the caller checks. False says nothing about the
 * row: `rowIssueFinder` decides. It looks at each byte once and creates no strings, so it shares only `fieldEnd` with
 * the walker of `row-fields.ts`, which skips over fields that were checked before.
 */
export function plainRowReader(columns: Columns): (bytes: Uint8Array, start: number, row: PlainRow) => boolean {
  const kinds = toColumnKinds(columns)
  const last = columns.count - 1
  const corners = new Float64Array(4)

  return (bytes, start, row) => {
    let at = start
    for (let column = 0; column <= last; column++) {
      const kind = kinds[column] ?? KIND.other
      if (kind <= KIND.yMax) at = readFraction(bytes, at, corners, kind)
      else if (kind === KIND.flag) at = readFlag(bytes, at)
      else if (kind === KIND.imageId) at = readImageId(bytes, at, row)
      else if (kind === KIND.classId) {
        row.classIdStart = at
        at = fieldEnd(bytes, at)
        row.classIdEnd = at
      } else at = skipText(bytes, at)
      if (at < 0) return false
      if (column === last) break
      if (bytes[at] !== COMMA) return false
      at += 1
    }
    if (bytes[at] === CR) at += 1
    row.next = at + 1
    return bytes[at] === LF && isOrdered(corners, KIND.xMin, KIND.xMax) && isOrdered(corners, KIND.yMin, KIND.yMax)
  }
}

function toColumnKinds({ count, imageId, classId, xMin, xMax, yMin, yMax, flags }: Columns): Uint8Array {
  const kinds = new Uint8Array(count).fill(KIND.other)
  // `kind` is a key of the literal above, and each of those is a key of KIND.
  for (const [kind, column] of Object.entries({ imageId, classId, xMin, xMax, yMin, yMax }))
    kinds[column] = KIND[kind as keyof typeof KIND]
  for (const flag of FLAG_NAMES) {
    const column = flags[flag]
    if (column !== undefined) kinds[column] = KIND.flag
  }
  return kinds
}

const isOrdered = (corners: Float64Array, min: number, max: number): boolean =>
  (corners[min] ?? 0) <= (corners[max] ?? 0)

// Each of these reads a field and returns its end offset, or -1 for a field that is not plain.

function readImageId(bytes: Uint8Array, at: number, row: PlainRow): number {
  row.high = parseHalfId(bytes, at)
  row.low = parseHalfId(bytes, at + HALF_ID_BYTES)
  return row.high < 0 || row.low < 0 ? -1 : at + IMAGE_ID_BYTES
}

/** Accepts `0`, `1` and `-1`. */
function readFlag(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  if (byte === ZERO || byte === ONE) return at + 1
  return byte === MINUS && bytes[at + 1] === ONE ? at + 2 : -1
}

/** Accepts numbers from 0 to 1 such as `0`, `1`, `0.25`, `.25` and `1.000`, and writes the value to `corners`. */
function readFraction(bytes: Uint8Array, start: number, corners: Float64Array, corner: number): number {
  let at = start
  let value = 0
  const first = bytes[at]
  if (first === ZERO || first === ONE) {
    value = first - ZERO
    at += 1
  }
  if (bytes[at] !== POINT) {
    corners[corner] = value
    return at > start ? at : -1
  }
  const point = at
  for (at += 1; ; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  const digits = at - point - 1
  const fraction = value / (TENS[digits] ?? Number.NaN)
  corners[corner] = fraction
  return digits > 0 && fraction <= 1 ? at : -1
}

/** Accepts any text without commas and line feeds. */
function skipText(bytes: Uint8Array, start: number): number {
  const { length } = bytes
  let at = start
  while (at < length && bytes[at] !== COMMA && bytes[at] !== LF) at++
  return at
}
