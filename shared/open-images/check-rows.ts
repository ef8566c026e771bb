import { isUtf8 } from 'node:buffer'
import { LF } from '../platform/storage/ascii.ts'
import type { LineBlock } from '../platform/storage/line-blocks.ts'
import { describeNotUtf8 } from '../platform/storage/text-format.ts'
import { classIdTable } from './class-id-table.ts'
import { IMPORT_LIMITS } from './class-limits.ts'
import { HALF_ID_BYTES, parseHalfId } from './half-id.ts'
import type { Columns } from './header.ts'
import { type ImageRuns, runBuilder } from './image-runs.ts'
import { plainRow, plainRowReader } from './plain-row.ts'
import { fieldEnd, fieldStart, nextRow } from './row-fields.ts'
import { rowIssueFinder } from './row-issue.ts'

/** The first invalid row. */
export interface RowIssue {
  /** Line number, counted from 0 within the rows that were walked. */
  readonly line: number
  /** Offset of the row in the file. */
  readonly byte: number
  readonly message: string
}

/** Result of a walk over rows. */
export interface RowCount {
  /** Valid lines walked. */
  readonly lines: number
  /** Boxes of each class id. */
  readonly boxes: ReadonlyMap<string, number>
  /** Line of the first row of each class, counted from 0 within the rows that were walked, in the order of `boxes`. */
  readonly firstLines: readonly number[]
  /** Images with their classes; class numbers are positions in `boxes`. */
  readonly runs: ImageRuns
  readonly issue: RowIssue | undefined
}

/** Removes what ends a line. A regular expression would take minutes for a line of a million carriage returns. */
function trimLineEnd(line: string): string {
  let end = line.endsWith('\n') ? line.length - 1 : line.length
  while (line[end - 1] === '\r') end -= 1
  return line.slice(0, end)
}

const TOO_MANY_CLASSES = `the row must have one of at most ${IMPORT_LIMITS.classes} class ids`

/**
 * Checks and counts the rows of a box CSV. A row has as many columns as the header, an image id, a class id, corners
 * within 0..1 with min at most max, and flags of -1, 0 or 1; it is UTF-8 and not blank. Stops at the first invalid row.
 *
 * Works on bytes. Only new class ids and rows that `plainRowReader` does not accept become strings.
 * Holds what it counts: about 30 bytes per image.
 */
export function rowChecker(columns: Columns) {
  const readPlain = plainRowReader(columns)
  const findIssue = rowIssueFinder(columns)
  const table = classIdTable([])
  const boxes: number[] = []
  const firstLines: number[] = []
  const builder = runBuilder()
  const row = plainRow()
  let openHigh = -1
  let openLow = -1
  let lines = 0
  let to = 0
  let issue: RowIssue | undefined

  /** Reads a row that is not plain into `row`. Returns what is wrong with it, or undefined. */
  const readText = (bytes: Buffer, start: number): string | undefined => {
    const next = nextRow(bytes, start)
    const line = bytes.subarray(start, next)
    const text = trimLineEnd(line.toString('latin1'))
    const message = isUtf8(line) ? findIssue(text.split(',')) : `the row ${describeNotUtf8(line)}`
    if (message !== undefined) {
      const isCutOff = bytes[next - 1] !== LF && text !== ''
      return isCutOff ? `${message}; the file ends in the middle of this row` : message
    }
    const id = fieldStart(bytes, start, columns.imageId)
    row.high = parseHalfId(bytes, id)
    row.low = parseHalfId(bytes, id + HALF_ID_BYTES)
    row.classIdStart = fieldStart(bytes, start, columns.classId)
    row.classIdEnd = fieldEnd(bytes, row.classIdStart)
    row.next = next
    return undefined
  }

  const fail = (byte: number, message: string): false => {
    to = byte
    issue = { line: lines, byte, message }
    return false
  }

  /** Walks the rows of a block. Returns false at an invalid row. */
  const walk = ({ bytes, start }: LineBlock): boolean => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const utf8 = isUtf8(text)
    for (let at = 0; at < bytes.length; at = row.next) {
      let classNumber = -1
      if (utf8 && readPlain(text, at, row)) classNumber = table.find(text, row.classIdStart, row.classIdEnd)
      if (classNumber < 0) {
        const message = readText(text, at)
        if (message !== undefined) return fail(start + at, message)
        classNumber = table.find(text, row.classIdStart, row.classIdEnd)
        if (classNumber < 0) {
          if (table.classIds.length >= IMPORT_LIMITS.classes) return fail(start + at, TOO_MANY_CLASSES)
          classNumber = table.add(text.toString('latin1', row.classIdStart, row.classIdEnd))
          firstLines.push(lines)
        }
      }
      if (row.high !== openHigh || row.low !== openLow) {
        openHigh = row.high
        openLow = row.low
        builder.open(openHigh, openLow, start + at)
      }
      builder.add(classNumber)
      boxes[classNumber] = (boxes[classNumber] ?? 0) + 1
      lines += 1
    }
    to = start + bytes.length
    return true
  }

  const count = (): RowCount => ({
    lines,
    boxes: new Map(table.classIds.map((classId, number) => [classId, boxes[number] ?? 0])),
    firstLines,
    runs: builder.runs(to),
    issue,
  })
  return { walk, count }
}
