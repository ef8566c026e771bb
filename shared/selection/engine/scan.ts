import { type Criteria, classesById } from '../../contracts/criteria.ts'
import { classIdTable } from '../../open-images/class-id-table.ts'
import type { Columns, Header } from '../../open-images/header.ts'
import { fieldEnd, fieldStart, hasOneIn, nextRow, rowSkips } from '../../open-images/row-fields.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { type LineBlock, lineBlocks } from '../../platform/storage/line-blocks.ts'
import { type ReadAheadOptions, readAhead } from '../../platform/storage/read-ahead.ts'

/** A run of adjacent rows of one image, from its first to its last matching row. */
export interface MatchingRun {
  readonly imageId: string
  /** Offset of the run's first matching row. */
  readonly start: number
  /** End offset of the run's last matching row. */
  end: number
  /** Indexes of the requested classes that the run's boxes count for, in order of their first row. */
  readonly classes: number[]
}

/** The criteria for matching rows. */
export type RowCriteria = Pick<Criteria, 'classes' | 'skipImages' | 'excludeFlags'>

/**
 * Walks the rows of a box CSV and yields the runs of matching images in file order, block by block. A run is complete at
 * the first row of another image, so in a file grouped by image each image is yielded once. Works on bytes: only the ids
 * of matching images become strings. Holds one block and its runs.
 * @param blocks whole rows, without the header
 */
export async function* findMatchingRuns(
  blocks: AsyncIterable<LineBlock>,
  columns: Columns,
  criteria: RowCriteria,
): AsyncGenerator<MatchingRun[]> {
  const { rows, last } = rowWalker(columns, criteria)
  for await (const block of blocks) yield rows(block)
  yield last()
}

/** Runs {@link findMatchingRuns} over a file, from its first row to its end, and reads ahead. */
export function scanRows(
  source: ByteSource,
  { columns, rowsFrom }: Header,
  criteria: RowCriteria,
  reading: ReadAheadOptions = {},
): AsyncGenerator<MatchingRun[]> {
  const chunks = readAhead(source, { ...reading, from: rowsFrom })
  return findMatchingRuns(lineBlocks(chunks, rowsFrom), columns, criteria)
}

/** Creates the loop over rows. Its state between blocks is the incomplete run. */
function rowWalker(columns: Columns, { classes, skipImages, excludeFlags }: RowCriteria) {
  const byId = classesById(classes)
  const classesByNumber = [...byId.values()]
  const table = classIdTable([...byId.keys()])
  const skipped = new Set(skipImages)
  const flagColumns = excludeFlags.map((flag) => columns.flags[flag]).filter((column) => column !== undefined)
  const { lead, columnsLeft, tail } = rowSkips(columns)
  let open: MatchingRun | undefined
  let openId: Uint8Array = new Uint8Array(0)

  const beginRun = (bytes: Uint8Array, row: number, start: number): MatchingRun | undefined => {
    const idStart = fieldStart(bytes, row, columns.imageId)
    const id = bytes.subarray(idStart, fieldEnd(bytes, idStart))
    const imageId = Buffer.from(id).toString('latin1')
    if (skipped.has(imageId)) return undefined
    openId = id.slice()
    return { imageId, start, end: start, classes: [] }
  }

  const rows = ({ bytes, start }: LineBlock): MatchingRun[] => {
    const complete: MatchingRun[] = []
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
      open ??= beginRun(bytes, row, start + row)
      if (open) extend(open, start + next, classesByNumber[number] ?? [])
    }
    return complete
  }
  return { rows, last: (): MatchingRun[] => (open ? [open] : []) }
}

function extend(run: MatchingRun, end: number, classes: readonly number[]): void {
  run.end = end
  for (const number of classes) if (!run.classes.includes(number)) run.classes.push(number)
}

/** Tells whether the bytes at `at` begin with this id. Image ids have one length, so none is a prefix of another. */
function startsWith(bytes: Uint8Array, at: number, id: Uint8Array): boolean {
  for (let index = 0; index < id.length; index++) if (bytes[at + index] !== id[index]) return false
  return true
}
