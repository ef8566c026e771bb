import pLimit from 'p-limit'
import type { ByteRange } from '../platform/storage/coalesce.ts'
import { type CsvVersion, encodeHead, placeLists } from './head.ts'
import { PAGE_BYTES, writeCheck } from './pages.ts'
import { RECORD_BYTES } from './records.ts'

/** One slice's lists, as its worker has stored them. */
export interface StoredLists {
  /** What it has of each class. */
  readonly counts: ReadonlyMap<string, { readonly images: number; readonly boxes: number }>
  /** Bytes [start, end) of the lists. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** Records that are held at once, more in a very large index: each slice is read once for so many. */
const GROUP_BYTES = 4 << 20
const MOST_GROUPS = 32
const READS_IN_FLIGHT = 16
/** Pages that are given at once. */
const YIELD_BYTES = 1 << 20

/**
 * The bytes of an index, from the lists of all slices in file order. They decide each byte of it, so whoever joins
 * them makes the same.
 * @param groupBytes of records are held at once; 4 MiB, or a thirty-second part of all, unless told
 */
export async function* joinLists(
  csv: CsvVersion,
  slices: readonly StoredLists[],
  groupBytes?: number,
): AsyncGenerator<Uint8Array> {
  const lists = placeLists(totals(slices), csv)
  const images = [...lists.values()].reduce((sum, entry) => sum + entry.images, 0)
  yield encodeHead({ csv, lists })
  const held = groupBytes ?? planGroups(images * RECORD_BYTES)
  yield* inPages(readPieces(groups(piecesInOrder([...lists.keys()], slices), held), slices))
}

/** How many bytes of records are held at once where there are so many in all. */
export const planGroups = (recordBytes: number): number => Math.max(GROUP_BYTES, Math.ceil(recordBytes / MOST_GROUPS))

/** Images and boxes of each class over all slices. */
function totals(slices: readonly StoredLists[]): Map<string, { images: number; boxes: number }> {
  const sums = new Map<string, { images: number; boxes: number }>()
  for (const { counts } of slices)
    for (const [classId, { images, boxes }] of counts) {
      const sum = sums.get(classId) ?? { images: 0, boxes: 0 }
      sums.set(classId, { images: sum.images + images, boxes: sum.boxes + boxes })
    }
  return sums
}

/** What one slice has of one class: bytes [start, end) of its lists. */
interface Piece extends ByteRange {
  readonly classId: string
  readonly slice: number
}

/** All pieces as they follow one another in the index: class by class, and slice by slice in each. */
function* piecesInOrder(classIds: readonly string[], slices: readonly StoredLists[]): Generator<Piece> {
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

/** Pieces that follow one another, as many as are held at once: in every slice they stand together. */
function* groups(pieces: Iterable<Piece>, mostBytes: number): Generator<Piece[]> {
  let group: Piece[] = []
  let bytes = 0
  for (const piece of pieces) {
    const length = piece.end - piece.start
    if (group.length > 0 && bytes + length > mostBytes) {
      yield group
      group = []
      bytes = 0
    }
    group.push(piece)
    bytes += length
  }
  if (group.length > 0) yield group
}

/** The records of each piece. Reads a group of them at a time, from each slice in one piece. */
async function* readPieces(
  all: Iterable<readonly Piece[]>,
  slices: readonly StoredLists[],
): AsyncGenerator<PieceRecords> {
  const limit = pLimit(READS_IN_FLIGHT)
  for (const group of all) {
    const ranges = new Map<number, ByteRange>()
    for (const { slice, start, end } of group) ranges.set(slice, { start: ranges.get(slice)?.start ?? start, end })
    const reads = [...ranges].map(([slice, { start, end }]) =>
      limit(async () => {
        const bytes = await slices[slice]?.read(start, end)
        if (bytes?.length !== end - start) throw new Error(`the lists of slice ${slice} end before byte ${end}`)
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

/** The same records in pages, many at a time. */
async function* inPages(pieces: AsyncIterable<PieceRecords>): AsyncGenerator<Uint8Array> {
  let block = Buffer.allocUnsafe(YIELD_BYTES)
  let at = 0
  let page = 0
  let openList: string | undefined
  const endPage = (): void => {
    writeCheck(block, page, at)
    at += RECORD_BYTES
    page = at
  }
  for await (const { classId, records } of pieces) {
    if (openList !== classId && at > page) endPage()
    openList = classId
    for (let from = 0; from < records.length; ) {
      if (at === page && block.length - at < PAGE_BYTES) {
        yield block.subarray(0, at)
        block = Buffer.allocUnsafe(YIELD_BYTES)
        at = 0
        page = 0
      }
      const taken = Math.min(page + PAGE_BYTES - RECORD_BYTES - at, records.length - from)
      block.set(records.subarray(from, from + taken), at)
      at += taken
      from += taken
      if (at === page + PAGE_BYTES - RECORD_BYTES) endPage()
    }
  }
  if (at > page) endPage()
  if (at > 0) yield block.subarray(0, at)
}
