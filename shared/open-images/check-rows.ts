import { isUtf8 } from 'node:buffer'
import type { LineBlock } from '../bytes/line-blocks.ts'
import { isClassId } from './class-id.ts'
import { type Columns, FLAG_NAMES, FLAGS } from './header.ts'
import { IMAGE_ID } from './image-id.ts'

const LF = 0x0a
const CR = 0x0d
const COMMA = 0x2c

/** The first row that is not what it should be. */
export interface RowFault {
  /** Counted from 0 within the rows that were walked. */
  readonly line: number
  /** Where the row begins in the file. */
  readonly byte: number
  readonly message: string
}

/** What a walk over rows found. */
export interface RowCount {
  /** Lines walked, the faulty one left out. */
  lines: number
  /** Boxes of each class id. */
  readonly boxes: Map<string, number>
  /** Class ids of each image, in order of their first row. */
  readonly images: Map<string, string[]>
  /** Whether each image's rows stand together. */
  grouped: boolean
  fault: RowFault | undefined
}

/**
 * Walks the rows of a box CSV strictly: image id, class id, corners within 0..1 with min up to max, flags -1, 0 or 1,
 * as many columns as the header, UTF-8, no blank rows. Stops at the first fault.
 * Holds what it counts: some bytes for each image.
 */
export function rowChecker(columns: Columns) {
  const count: RowCount = { lines: 0, boxes: new Map(), images: new Map(), grouped: true, fault: undefined }
  const check = fieldChecker(columns)
  let imageId = ''
  let classIds: string[] = []

  const add = (rowImageId: string, classId: string): void => {
    if (rowImageId !== imageId) {
      imageId = rowImageId
      const known = count.images.get(imageId)
      if (known) count.grouped = false
      classIds = known ?? []
      if (!known) count.images.set(imageId, classIds)
    }
    if (!classIds.includes(classId)) classIds.push(classId)
    count.boxes.set(classId, (count.boxes.get(classId) ?? 0) + 1)
  }

  /** Walks the rows of a block; false once a fault was found. */
  const walk = ({ bytes, start }: LineBlock): boolean => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const utf8 = isUtf8(text)
    for (let at = 0; at < bytes.length; ) {
      const lineFeed = text.indexOf(LF, at)
      const next = lineFeed < 0 ? bytes.length : lineFeed + 1
      const lineEnd = lineFeed < 0 ? bytes.length : lineFeed
      const end = lineEnd > at && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd
      const row = check(text, at, end)
      const message = !utf8 && !isUtf8(text.subarray(at, end)) ? 'the row is not UTF-8' : row.message
      if (message !== undefined) {
        const cut = lineFeed < 0 && end > at ? '; the file ends in the middle of this row' : ''
        count.fault = { line: count.lines, byte: start + at, message: message + cut }
        return false
      }
      add(row.imageId, row.classId)
      count.lines += 1
      at = next
    }
    return true
  }
  return { walk, count }
}

/** Checks one row at a time; the object that it returns is used again for the next. */
function fieldChecker(columns: Columns) {
  const flagNames = new Map(FLAG_NAMES.map((flag) => [columns.flags[flag], FLAGS[flag]]))
  const starts = new Int32Array(columns.count + 1)
  const row = { imageId: '', classId: '', message: undefined as string | undefined }
  const end = (column: number): number => (starts[column + 1] ?? 0) - 1
  const field = (text: Buffer, column: number): string => text.toString('latin1', starts[column], end(column))

  return (text: Buffer, from: number, to: number) => {
    const found = split(text, from, to, starts)
    row.imageId = field(text, columns.imageId)
    row.classId = field(text, columns.classId)
    if ((found !== columns.count || row.imageId === '') && isBlank(text, from, to)) row.message = 'the row is blank'
    else if (found !== columns.count) row.message = `the row has ${found} columns where the header has ${columns.count}`
    else if (!IMAGE_ID.test(row.imageId))
      row.message = `ImageID ${shown(row.imageId)} is not 16 digits and letters a to f`
    else if (!isClassId(row.classId)) row.message = `LabelName ${shown(row.classId)} is not a class id like /m/0h9mv`
    else
      row.message =
        wrongSpan(field(text, columns.xMin), field(text, columns.xMax), 'XMin', 'XMax') ??
        wrongSpan(field(text, columns.yMin), field(text, columns.yMax), 'YMin', 'YMax')
    for (const [column, name] of flagNames) {
      if (row.message !== undefined || column === undefined) continue
      const flag = field(text, column)
      if (flag !== '0' && flag !== '1' && flag !== '-1') row.message = `${name} ${shown(flag)} is not -1, 0 or 1`
    }
    return row
  }
}

/** Notes where each field begins, and one past the last; returns how many there are. */
function split(text: Uint8Array, from: number, to: number, starts: Int32Array): number {
  let column = 0
  starts[0] = from
  for (let at = from; at < to; at++) if (text[at] === COMMA) starts[++column] = at + 1
  starts[column + 1] = to + 1
  return column + 1
}

const DECIMAL = /^[01](\.\d+)?(e-\d+)?$|^\.\d+$|^\d(\.\d+)?e-\d+$/i

function wrongSpan(minText: string, maxText: string, minName: string, maxName: string): string | undefined {
  const min = Number(minText)
  const max = Number(maxText)
  if (!DECIMAL.test(minText) || !(min >= 0 && min <= 1))
    return `${minName} ${shown(minText)} is not a fraction from 0 to 1`
  if (!DECIMAL.test(maxText) || !(max >= 0 && max <= 1))
    return `${maxName} ${shown(maxText)} is not a fraction from 0 to 1`
  return min > max ? `${minName} ${minText} is above ${maxName} ${maxText}` : undefined
}

/** Whether a row has nothing in it, or commas only. */
const isBlank = (text: Buffer, from: number, to: number): boolean =>
  text.toString('latin1', from, to).replaceAll(',', '').trim() === ''

const shown = (text: string): string => JSON.stringify(text.slice(0, 40))
