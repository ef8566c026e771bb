import { type LineBlock, lineBlocks } from '../bytes/line-blocks.ts'
import { type ReadAheadOptions, readAhead } from '../bytes/read-ahead.ts'
import type { ByteSource } from '../bytes/source.ts'
import { classIdTable } from '../open-images/class-id-table.ts'
import type { Columns, Header } from '../open-images/header.ts'
import { type Criteria, classesById } from './criteria.ts'

const LF = 0x0a
const COMMA = 0x2c
const ONE = 0x31

/** Rows of one image, one after another in the file, that hold boxes of wanted classes. */
export interface ImageRun {
  readonly imageId: string
  /** First byte of the run's first wanted row. */
  readonly start: number
  /** Byte behind the run's last wanted row. */
  end: number
  /** Numbers of the requested classes that the run's boxes count for, in order of their first row. */
  readonly classes: number[]
}

/** Which rows a scan is after. */
export type WantedRows = Pick<Criteria, 'classes' | 'skipImages' | 'excludeFlags'>

/**
 * Walks the rows of a box CSV and gives the runs of its wanted images in file order, block by block.
 * A run is given once a row of another image has been seen, so in a file that is grouped by image
 * each image is given once and whole. Works on bytes: only a wanted image's id becomes a string.
 * Holds one block and its runs.
 * @param blocks whole rows, behind the header
 */
export async function* imageRuns(
  blocks: AsyncIterable<LineBlock>,
  columns: Columns,
  wanted: WantedRows,
): AsyncGenerator<ImageRun[]> {
  const { rows, last } = rowWalker(columns, wanted)
  for await (const block of blocks) yield rows(block)
  yield last()
}

/** The same over a stored file, from its first row to its end, read ahead of the walk. */
export function scanRows(
  source: ByteSource,
  { columns, rowsFrom }: Header,
  wanted: WantedRows,
  reading: ReadAheadOptions = {},
): AsyncGenerator<ImageRun[]> {
  const chunks = readAhead(source, { ...reading, from: rowsFrom })
  return imageRuns(lineBlocks(chunks, rowsFrom), columns, wanted)
}

/** The loop over rows, with what it keeps between blocks: the run that is not complete yet. */
function rowWalker(columns: Columns, { classes, skipImages, excludeFlags }: WantedRows) {
  const byId = classesById(classes)
  const table = classIdTable([...byId.keys()])
  const classesOf = [...byId.values()]
  const skipped = new Set(skipImages)
  const flagColumns = excludeFlags.map((flag) => columns.flags[flag]).filter((column) => column !== undefined)
  const lastColumn = Math.max(columns.imageId, columns.classId)
  let open: ImageRun | undefined
  let openId: Uint8Array = new Uint8Array(0)

  const rows = ({ bytes, start }: LineBlock): ImageRun[] => {
    const complete: ImageRun[] = []
    for (let at = 0; at < bytes.length; ) {
      const rowStart = at
      let idStart = at
      let idEnd = at
      let classStart = at
      let classEnd = at
      let fieldStart = at
      for (let column = 0; column <= lastColumn; column++) {
        while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== LF) at++
        if (column === columns.imageId) {
          idStart = fieldStart
          idEnd = at
        } else if (column === columns.classId) {
          classStart = fieldStart
          classEnd = at
        }
        if (bytes[at] !== COMMA) break
        fieldStart = ++at
      }
      while (at < bytes.length && bytes[at] !== LF) at++
      const number = table.find(bytes, classStart, classEnd)
      at++
      const wanted = number >= 0 && !hasFlag(bytes, rowStart, flagColumns)
      if (open && !equals(openId, bytes, idStart, idEnd)) {
        complete.push(open)
        open = undefined
      }
      if (!wanted) continue
      if (!open) {
        const imageId = Buffer.from(bytes.buffer, bytes.byteOffset + idStart, idEnd - idStart).toString('latin1')
        if (skipped.has(imageId)) continue
        open = { imageId, start: start + rowStart, end: 0, classes: [] }
        openId = bytes.slice(idStart, idEnd)
      }
      open.end = start + Math.min(at, bytes.length)
      for (const wantedClass of classesOf[number] ?? []) {
        if (!open.classes.includes(wantedClass)) open.classes.push(wantedClass)
      }
    }
    return complete
  }
  return { rows, last: (): ImageRun[] => (open ? [open] : []) }
}

function equals(id: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (id.length !== end - start) return false
  for (let at = 0; at < id.length; at++) if (id[at] !== bytes[start + at]) return false
  return true
}

/** Whether one of the row's flag columns reads exactly `1`. */
function hasFlag(bytes: Uint8Array, rowStart: number, flagColumns: readonly number[]): boolean {
  if (flagColumns.length === 0) return false
  let column = 0
  for (let at = rowStart, fieldStart = rowStart; ; at++) {
    const byte = bytes[at]
    const isEnd = byte === undefined || byte === LF
    if (byte !== COMMA && !isEnd) continue
    if (flagColumns.includes(column) && bytes[fieldStart] === ONE) return true
    if (isEnd) return false
    column++
    fieldStart = at + 1
  }
}
