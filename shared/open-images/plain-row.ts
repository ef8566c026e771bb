import { type Columns, FLAG_NAMES } from './header.ts'
import { IMAGE_ID_BYTES } from './image-id.ts'
import type { RowFields } from './split-row.ts'

const ZERO = 0x30
const NINE = 0x39
const POINT = 0x2e
const MINUS = 0x2d
/** Up to here a quotient of two whole numbers is the nearest double to the decimal. */
const MOST_DIGITS = 15
const TENS = Array.from({ length: MOST_DIGITS + 1 }, (_, digits) => 10 ** digits)
const IS_HEX = Uint8Array.from({ length: 256 }, (_, byte) => (/[0-9a-f]/.test(String.fromCharCode(byte)) ? 1 : 0))

/**
 * Recognizes rows written as the published files write them, in bytes, for loops over millions of rows: what it takes
 * is right, and what it does not take is for `rowFaultFinder` to judge. Class ids it leaves to the caller.
 */
export function plainRowTest(columns: Columns): (bytes: Uint8Array, fields: RowFields) => boolean {
  const { count, imageId, xMin, xMax, yMin, yMax } = columns
  const flags = FLAG_NAMES.map((flag) => columns.flags[flag]).filter((column) => column !== undefined)

  return (bytes, fields) => {
    if (fields.count !== count) return false
    const start = (column: number): number => fields.starts[column] ?? 0
    const end = (column: number): number => start(column + 1) - 1
    const fraction = (column: number): number => plainFraction(bytes, start(column), end(column))
    if (!isImageId(bytes, start(imageId), end(imageId))) return false
    // What is no plain fraction is NaN, which compares with nothing.
    if (!(fraction(xMin) <= fraction(xMax)) || !(fraction(yMin) <= fraction(yMax))) return false
    for (const column of flags) if (!isFlag(bytes, start(column), end(column))) return false
    return true
  }
}

function isImageId(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== IMAGE_ID_BYTES) return false
  for (let at = start; at < end; at++) if (IS_HEX[bytes[at] ?? 0] !== 1) return false
  return true
}

/** `0`, `1`, `0.25`, `.25`, `1.000` as the number that they are, from 0 to 1; NaN for everything else. */
function plainFraction(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  let value = 0
  const first = (bytes[at] ?? 0) - ZERO
  if (first === 0 || first === 1) {
    value = first
    at += 1
  }
  if (at === end) return at > start ? value : Number.NaN
  const digits = end - at - 1
  if (bytes[at] !== POINT || digits < 1 || digits > MOST_DIGITS) return Number.NaN
  for (at += 1; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte < ZERO || byte > NINE) return Number.NaN
    value = value * 10 + (byte - ZERO)
  }
  const fraction = value / (TENS[digits] ?? 1)
  return fraction <= 1 ? fraction : Number.NaN
}

/** `0`, `1` or `-1`. */
function isFlag(bytes: Uint8Array, start: number, end: number): boolean {
  const last = bytes[end - 1]
  if (end - start === 1) return last === ZERO || last === ZERO + 1
  return end - start === 2 && bytes[start] === MINUS && last === ZERO + 1
}
