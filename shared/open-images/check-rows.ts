import { isUtf8 } from 'node:buffer'
import type { LineBlock } from '../bytes/line-blocks.ts'
import { classIdTable } from './class-id-table.ts'
import type { Columns } from './header.ts'
import { IMAGE_ID_BYTES } from './image-id.ts'
import { type ImageRuns, runGatherer } from './image-runs.ts'
import { plainRowTest } from './plain-row.ts'
import { rowFaultFinder } from './row-fault.ts'
import { rowFields, splitRow } from './split-row.ts'

const LF = 0x0a

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
  readonly lines: number
  /** Boxes of each class id. */
  readonly boxes: ReadonlyMap<string, number>
  /** Images with their classes, numbered by their places in `boxes`. */
  readonly runs: ImageRuns
  readonly fault: RowFault | undefined
}

/**
 * Walks the rows of a box CSV strictly: image id, class id, corners within 0..1 with min up to max, flags -1, 0 or 1,
 * as many columns as the header, UTF-8, no blank rows. Stops at the first fault.
 * Works on bytes: only a class's id, once, and what is not written as usual become strings.
 * Holds what it counts: some bytes for each image.
 */
export function rowChecker(columns: Columns) {
  const isPlain = plainRowTest(columns)
  const faultOf = rowFaultFinder(columns)
  const fields = rowFields(columns.count)
  const table = classIdTable([])
  const boxes: number[] = []
  const gatherer = runGatherer()
  const openId = new Uint8Array(IMAGE_ID_BYTES)
  let lines = 0
  let to = 0
  let fault: RowFault | undefined

  /** Counts the row that was split last. @param start of its block in the file */
  const add = (bytes: Uint8Array, start: number, classNumber: number): void => {
    const id = fields.starts[columns.imageId] ?? 0
    if (!standsAt(bytes, id, openId)) {
      openId.set(bytes.subarray(id, id + openId.length))
      gatherer.open(bytes, id, start + (fields.starts[0] ?? 0))
    }
    gatherer.add(classNumber)
    boxes[classNumber] = (boxes[classNumber] ?? 0) + 1
    lines += 1
  }

  /** Walks the rows of a block; false once a fault was found. */
  const walk = ({ bytes, start }: LineBlock): boolean => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const utf8 = isUtf8(text)
    for (let row = 0; row < bytes.length; row = fields.next) {
      splitRow(text, row, fields)
      const [idStart = 0, idEnd = 0] = [fields.starts[columns.classId], fields.starts[columns.classId + 1]]
      let classNumber = table.find(text, idStart, idEnd - 1)
      if (classNumber < 0 || !utf8 || !isPlain(text, fields)) {
        const isText = utf8 || isUtf8(text.subarray(row, fields.end))
        const message = isText ? faultOf(text, fields) : 'the row is not UTF-8'
        if (message !== undefined) {
          const isCut = text[fields.next - 1] !== LF && fields.end > row
          const cut = isCut ? '; the file ends in the middle of this row' : ''
          to = start + row
          fault = { line: lines, byte: to, message: message + cut }
          return false
        }
        if (classNumber < 0) classNumber = table.add(text.toString('latin1', idStart, idEnd - 1))
      }
      add(text, start, classNumber)
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

function standsAt(bytes: Uint8Array, start: number, id: Uint8Array): boolean {
  for (let at = 0; at < id.length; at++) if (bytes[start + at] !== id[at]) return false
  return true
}
