import pLimit from 'p-limit'
import type { ByteRange } from '../platform/storage/coalesce.ts'
import { type CsvVersion, encodeHead, placeLists } from './head.ts'
import { PAGE_BYTES, writeChecksum } from './pages.ts'
import { RECORD_BYTES } from './records.ts'

/** The stored lists of one slice. */
export interface StoredLists {
  /** Counts of each class in the slice. */
  readonly counts: ReadonlyMap<string, { readonly images: number; readonly boxes: number }>
  /** Returns bytes [start, end) of the lists. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** Minimum of records held at once, in bytes. Each slice is read once per group, so a very large index has larger groups. */
const GROUP_BYTES = 4 << 20
const MAX_GROUPS = 32
const READS_IN_FLIGHT = 16
/** Size of the blocks of pages that are yielded. */
const YIELD_BYTES = 1 << 20

/**
 * Joins the lists of all slices, in file order, and yields the bytes of the index. The same lists always result in the
 * same bytes.
 * @param groupBytes bytes of records held at once; the default is 4 MiB or 1/32 of all, whichever is larger
 */
export async function* joinLists(
  csv: CsvVersion,
  slices: readonly StoredLists[],
  groupBytes?: number,
): AsyncGenerator<Uint8Array> {
  const lists = placeLists(sumCounts(slices), csv)
  const images = [...lists.values()].reduce((sum, entry) => sum + entry.images, 0)
  yield encodeHead({ csv, lists })
  const held = groupBytes ?? planGroupBytes(images * RECORD_BYTES)
  yield* toPages(readPieces(groupPieces(listPieces([...lists.keys()], slices), held), slices))
}

/** Returns how many bytes of records to hold at once for an index of this size. Pure. */
export const planGroupBytes = (recordBytes: number): number =>
  Math.max(GROUP_BYTES, Math.ceil(recordBytes / MAX_GROUPS))

/** Sums images and boxes of each class over all slices. */
function sumCounts(slices: readonly StoredLists[]): Map<string, { images: number; boxes: number }> {
  const sums = new Map<string, { images: number; boxes: number }>()
  for (const { counts } of slices)
    for (const [classId, { images, boxes }] of counts) {
      const sum = sums.get(classId) ?? { images: 0, boxes: 0 }
      sums.set(classId, { images: sum.images + images, boxes: sum.boxes + boxes })
    }
  return sums
}

/** The list of one class in one slice: bytes [start, end) of the slice's lists. */
interface Piece extends ByteRange {
  readonly classId: string
  readonly slice: number
}

/** Yields all pieces in the order of the index: by class, then by slice. */
function* listPieces(classIds: readonly string[], slices: readonly StoredLists[]): Generator<Piece> {
  const next = slices.map(() => 0)
  for (const classId of classIds) {
    for (const [slice, { counts }] of slices.entries()) {
      const start = next[slice] ?? 0
      const end = start + (counts.get(classId)?.images ?? 0) * RECORD_BYTES
      if (end > start) yield { classId, slice, start, end }
      next[slice] = end
    }
  }
}

/** Groups consecutive pieces up to a size. The pieces of a group are contiguous in every slice. */
function* groupPieces(pieces: Iterable<Piece>, maxBytes: number): Generator<Piece[]> {
  let group: Piece[] = []
  let bytes = 0
  for (const piece of pieces) {
    const length = piece.end - piece.start
    if (group.length > 0 && bytes + length > maxBytes) {
      yield group
      group = []
      bytes = 0
    }
    group.push(piece)
    bytes += length
  }
  if (group.length > 0) yield group
}

/** Yields the records of each piece. Reads one group at a time, with one request per slice. */
async function* readPieces(
  groups: Iterable<readonly Piece[]>,
  slices: readonly StoredLists[],
): AsyncGenerator<PieceRecords> {
  const limit = pLimit(READS_IN_FLIGHT)
  for (const group of groups) {
    const ranges = new Map<number, ByteRange>()
    for (const { slice, start, end } of group) ranges.set(slice, { start: ranges.get(slice)?.start ?? start, end })
    const reads = [...ranges].map(([slice, { start, end }]) =>
      limit(async () => {
        const bytes = await slices[slice]?.read(start, end)
        if (bytes?.length !== end - start) throw new Error(`The lists of slice ${slice} end before byte ${end}`)
        return [slice, { start, bytes }] as const
      }),
    )
    const read = new Map(await Promise.all(reads))
    for (const { classId, slice, start, end } of group) {
      const { start: from = 0, bytes = new Uint8Array(0) } = read.get(slice) ?? {}
      yield { classId, records: bytes.subarray(start - from, end - from) }
    }
  }
}

interface PieceRecords {
  readonly classId: string
  readonly records: Uint8Array
}

/** Arranges records in pages and yields blocks of pages. */
async function* toPages(pieces: AsyncIterable<PieceRecords>): AsyncGenerator<Uint8Array> {
  let block = Buffer.allocUnsafe(YIELD_BYTES)
  let at = 0
  let pageStart = 0
  let openList: string | undefined
  const endPage = (): void => {
    writeChecksum(block, pageStart, at)
    at += RECORD_BYTES
    pageStart = at
  }
  for await (const { classId, records } of pieces) {
    if (openList !== classId && at > pageStart) endPage()
    openList = classId
    for (let from = 0; from < records.length; ) {
      if (at === pageStart && block.length - at < PAGE_BYTES) {
        yield block.subarray(0, at)
        block = Buffer.allocUnsafe(YIELD_BYTES)
        at = 0
        pageStart = 0
      }
      const length = Math.min(pageStart + PAGE_BYTES - RECORD_BYTES - at, records.length - from)
      block.set(records.subarray(from, from + length), at)
      at += length
      from += length
      if (at === pageStart + PAGE_BYTES - RECORD_BYTES) endPage()
    }
  }
  if (at > pageStart) endPage()
  if (at > 0) yield block.subarray(0, at)
}
