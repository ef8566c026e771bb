import type { Columns } from './header.ts'

const LF = 0x0a
const CR = 0x0d
const COMMA = 0x2c
const ONE = 0x31

/** Where the two ids of a row lie in a block of rows, and where the next row begins. */
export interface RowFields {
  readonly imageIdStart: number
  readonly imageIdEnd: number
  readonly classIdStart: number
  readonly classIdEnd: number
  readonly next: number
}

/**
 * Finds the ids of one row after another, in bytes: for loops over millions of rows. The answer is one object that
 * the next row overwrites. Rows were checked when they were imported; this checks nothing again.
 */
export function rowFieldFinder(columns: Columns): (bytes: Uint8Array, rowStart: number) => RowFields {
  const found = { imageIdStart: 0, imageIdEnd: 0, classIdStart: 0, classIdEnd: 0, next: 0 }
  const { imageId, classId } = columns
  const lastColumn = Math.max(imageId, classId)
  return (bytes, rowStart) => {
    let at = rowStart
    for (let column = 0, fieldStart = rowStart; column <= lastColumn; column++, fieldStart = ++at) {
      while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== LF) at++
      const endsRow = bytes[at] !== COMMA
      const fieldEnd = endsRow && bytes[at - 1] === CR ? at - 1 : at
      if (column === imageId) {
        found.imageIdStart = fieldStart
        found.imageIdEnd = fieldEnd
      } else if (column === classId) {
        found.classIdStart = fieldStart
        found.classIdEnd = fieldEnd
      }
      if (endsRow) break
    }
    while (at < bytes.length && bytes[at] !== LF) at++
    found.next = Math.min(at + 1, bytes.length)
    return found
  }
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
