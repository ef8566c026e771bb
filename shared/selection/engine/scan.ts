import { type Criteria, classesById } from '../../contracts/criteria.ts'
import { classIdTable } from '../../open-images/class-id-table.ts'
import type { Columns, Header } from '../../open-images/header.ts'
import { fieldEnd, fieldStart, hasOneIn, nextRow, rowSkips } from '../../open-images/row-fields.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { type LineBlock, lineBlocks } from '../../platform/storage/line-blocks.ts'
import { type ReadAheadOptions, readAhead } from '../../platform/storage/read-ahead.ts'

/** Rows of one image, one after another in the file, that hold boxes of wanted classes. */
export interface WantedRun {
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
export async function* wantedRuns(
  blocks: AsyncIterable<LineBlock>,
  columns: Columns,
  wanted: WantedRows,
): AsyncGenerator<WantedRun[]> {
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
): AsyncGenerator<WantedRun[]> {
  const chunks = readAhead(source, { ...reading, from: rowsFrom })
  return wantedRuns(lineBlocks(chunks, rowsFrom), columns, wanted)
}

/** The loop over rows, with what it keeps between blocks: the run that is not complete yet. */
function rowWalker(columns: Columns, { classes, skipImages, excludeFlags }: WantedRows) {
  const byId = classesById(classes)
  const classesOf = [...byId.values()]
  const table = classIdTable([...byId.keys()])
  const skipped = new Set(skipImages)
  const flagColumns = excludeFlags.map((flag) => columns.flags[flag]).filter((column) => column !== undefined)
  const { lead, columnsLeft, tail } = rowSkips(columns)
  let open: WantedRun | undefined
  let openId: Uint8Array = new Uint8Array(0)

  const begin = (bytes: Uint8Array, row: number, start: number): WantedRun | undefined => {
    const idStart = fieldStart(bytes, row, columns.imageId)
    const id = bytes.subarray(idStart, fieldEnd(bytes, idStart))
    const imageId = Buffer.from(id).toString('latin1')
    if (skipped.has(imageId)) return undefined
    openId = id.slice()
    return { imageId, start, end: start, classes: [] }
  }

  const rows = ({ bytes, start }: LineBlock): WantedRun[] => {
    const complete: WantedRun[] = []
    for (let row = 0, next = 0; row < bytes.length; row = next) {
      const classIdStart = fieldStart(bytes, row + lead, columnsLeft)
      const classIdEnd = fieldEnd(bytes, classIdStart)
      const number = table.find(bytes, classIdStart, classIdEnd)
      next = nextRow(bytes, classIdEnd + tail)
      if (open && !startsWith(bytes, fieldStart(bytes, row, columns.imageId), openId)) {
        complete.push(open)
        open = undefined
      }
      if (number < 0 || hasOneIn(bytes, row, flagColumns)) continue
      open ??= begin(bytes, row, start + row)
      if (open) extend(open, start + next, classesOf[number] ?? [])
    }
    return complete
  }
  return { rows, last: (): WantedRun[] => (open ? [open] : []) }
}

function extend(run: WantedRun, end: number, classes: readonly number[]): void {
  run.end = end
  for (const number of classes) if (!run.classes.includes(number)) run.classes.push(number)
}

/** Whether these bytes stand at `at`: image ids are of one length, so that none begins with another. */
function startsWith(bytes: Uint8Array, at: number, id: Uint8Array): boolean {
  for (let index = 0; index < id.length; index++) if (bytes[at + index] !== id[index]) return false
  return true
}
