import { isUtf8 } from 'node:buffer'
import type { LineBlock } from '../platform/storage/line-blocks.ts'
import { classIdTable } from './class-id-table.ts'
import { HALF_ID_BYTES, halfId } from './half-id.ts'
import type { Columns } from './header.ts'
import { type ImageRuns, runGatherer } from './image-runs.ts'
import { plainRow, plainRowReader } from './plain-row.ts'
import { rowIssueFinder } from './row-fault.ts'
import { rowFields, splitRow } from './split-row.ts'

const LF = 0x0a

/** The first row that is not what it should be. */
export interface RowIssue {
  /** Counted from 0 within the rows that were walked. */
  readonly line: number
  /** Where the row begins in the file. */
  readonly byte: number
  readonly message: string
}

/** What a walk over rows found. */
export interface RowCount {
  /** Lines walked, the faulty one left out. */
  readonly lines: number
  /** Boxes of each class id. */
  readonly boxes: ReadonlyMap<string, number>
  /** Images with their classes, numbered by their places in `boxes`. */
  readonly runs: ImageRuns
  readonly fault: RowIssue | undefined
}

/**
 * Walks the rows of a box CSV strictly: image id, class id, corners within 0..1 with min up to max, flags -1, 0 or 1,
 * as many columns as the header, UTF-8, no blank rows. Stops at the first fault.
 * Works on bytes: only a class's id, once, and what is not written as usual become strings.
 * Holds what it counts: some bytes for each image.
 */
export function rowChecker(columns: Columns) {
  const readPlain = plainRowReader(columns)
  const faultOf = rowIssueFinder(columns)
  const fields = rowFields(columns.count)
  const table = classIdTable([])
  const boxes: number[] = []
  const gatherer = runGatherer()
  const row = plainRow()
  let openHigh = -1
  let openLow = -1
  let lines = 0
  let to = 0
  let fault: RowIssue | undefined

  /** Reads the row at `start` as text; what is wrong with it, or undefined. */
  const readText = (text: Buffer, start: number): string | undefined => {
    splitRow(text, start, fields)
    const wrong = isUtf8(text.subarray(start, fields.end)) ? faultOf(text, fields) : 'the row is not UTF-8'
    if (wrong !== undefined) {
      const isCut = text[fields.next - 1] !== LF && fields.end > start
      return isCut ? `${wrong}; the file ends in the middle of this row` : wrong
    }
    const id = fields.starts[columns.imageId] ?? 0
    row.high = halfId(text, id)
    row.low = halfId(text, id + HALF_ID_BYTES)
    row.classIdStart = fields.starts[columns.classId] ?? 0
    row.classIdEnd = (fields.starts[columns.classId + 1] ?? 0) - 1
    row.next = fields.next
    return undefined
  }

  /** Walks the rows of a block; false once a fault was found. */
  const walk = ({ bytes, start }: LineBlock): boolean => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const utf8 = isUtf8(text)
    for (let at = 0; at < bytes.length; at = row.next) {
      let classNumber = -1
      if (utf8 && readPlain(text, at, row)) classNumber = table.find(text, row.classIdStart, row.classIdEnd)
      if (classNumber < 0) {
        const message = readText(text, at)
        if (message !== undefined) {
          to = start + at
          fault = { line: lines, byte: to, message }
          return false
        }
        classNumber = table.find(text, row.classIdStart, row.classIdEnd)
        if (classNumber < 0) classNumber = table.add(text.toString('latin1', row.classIdStart, row.classIdEnd))
      }
      if (row.high !== openHigh || row.low !== openLow) {
        openHigh = row.high
        openLow = row.low
        gatherer.open(openHigh, openLow, start + at)
      }
      gatherer.add(classNumber)
      boxes[classNumber] = (boxes[classNumber] ?? 0) + 1
      lines += 1
    }
    to = start + bytes.length
    return true
  }

  const count = (): RowCount => ({
    lines,
    boxes: new Map(table.classIds.map((classId, number) => [classId, boxes[number] ?? 0])),
    runs: gatherer.runs(to),
    fault,
  })
  return { walk, count }
}
