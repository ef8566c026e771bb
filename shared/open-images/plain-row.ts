import { FLAG_NAMES } from '../contracts/flags.ts'
import { IMAGE_ID_BYTES } from '../contracts/image-id.ts'
import { HALF_ID_BYTES, halfId } from './half-id.ts'
import type { Columns } from './header.ts'

const LF = 0x0a
const CR = 0x0d
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const ONE = 0x31
/** Up to here a quotient of two whole numbers is the nearest double to the decimal. */
const MOST_DIGITS = 15
const TENS = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, digits) => 10 ** digits)

/** What each column holds, corners by their places in `corners`. */
const KIND = { xMin: 0, xMax: 1, yMin: 2, yMax: 3, flag: 4, imageId: 5, classId: 6, other: 7 } as const

/** What is in a row, to be filled for one row after another. */
export interface PlainRow {
  /** The halves of its image's id. */
  high: number
  low: number
  /** Where its class id is. */
  classIdStart: number
  classIdEnd: number
  /** Where the next row begins. */
  next: number
}

export const plainRow = (): PlainRow => ({ high: 0, low: 0, classIdStart: 0, classIdEnd: 0, next: 0 })

/**
 * Reads rows written as the published files write them, in bytes, for loops over millions of rows: what it takes is
 * right but for the class id, which it leaves to the caller, and what it does not take is for `rowFaultFinder` to judge.
 * Looks at each byte once.
 */
export function plainRowReader(columns: Columns): (bytes: Uint8Array, start: number, row: PlainRow) => boolean {
  const kinds = kindsOf(columns)
  const last = columns.count - 1
  const corners = new Float64Array(4)

  return (bytes, start, row) => {
    let at = start
    for (let column = 0; column <= last; column++) {
      const kind = kinds[column] ?? KIND.other
      if (kind <= KIND.yMax) at = readFraction(bytes, at, corners, kind)
      else if (kind === KIND.flag) at = behindFlag(bytes, at)
      else if (kind === KIND.imageId) at = readImageId(bytes, at, row)
      else if (kind === KIND.classId) {
        row.classIdStart = at
        while ((bytes[at] ?? 0) > COMMA) at++
        row.classIdEnd = at
      } else at = fieldEnd(bytes, at)
      if (at < 0) return false
      if (column === last) break
      if (bytes[at] !== COMMA) return false
      at += 1
    }
    if (bytes[at] === CR) at += 1
    row.next = at + 1
    return bytes[at] === LF && inOrder(corners, KIND.xMin, KIND.xMax) && inOrder(corners, KIND.yMin, KIND.yMax)
  }
}

function kindsOf({ count, imageId, classId, xMin, xMax, yMin, yMax, flags }: Columns): Uint8Array {
  const kinds = new Uint8Array(count).fill(KIND.other)
  for (const [kind, column] of Object.entries({ imageId, classId, xMin, xMax, yMin, yMax }))
    kinds[column] = KIND[kind as keyof typeof KIND]
  for (const flag of FLAG_NAMES) {
    const column = flags[flag]
    if (column !== undefined) kinds[column] = KIND.flag
  }
  return kinds
}

const inOrder = (corners: Float64Array, min: number, max: number): boolean => (corners[min] ?? 0) <= (corners[max] ?? 0)

// Each reads a field and returns the byte behind it, or -1 for one that is not plain.

function readImageId(bytes: Uint8Array, at: number, row: PlainRow): number {
  row.high = halfId(bytes, at)
  row.low = halfId(bytes, at + HALF_ID_BYTES)
  return row.high < 0 || row.low < 0 ? -1 : at + IMAGE_ID_BYTES
}

/** `0`, `1` or `-1`. */
function behindFlag(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  if (byte === ZERO || byte === ONE) return at + 1
  return byte === MINUS && bytes[at + 1] === ONE ? at + 2 : -1
}

/** `0`, `1`, `0.25`, `.25`, `1.000` as the number that they are, from 0 to 1. */
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

function fieldEnd(bytes: Uint8Array, start: number): number {
  const { length } = bytes
  let at = start
  while (at < length && bytes[at] !== COMMA && bytes[at] !== LF) at++
  return at
}
