import { type ListedCursor, listedCursor } from '../../open-images/listed-images.ts'
import { minHeap } from '../../platform/min-heap.ts'

/** How much of a dataset its image list covers. */
export interface ListCoverage {
  /** Images of the dataset that have a row. */
  readonly images: number
  /** Images of the dataset that have a license. */
  readonly licenses: number
  /** The first row, in order of the file, whose image was listed before with other facts. */
  readonly conflict: ListPosition | undefined
}

/** A row's position in an image list. */
export interface ListPosition {
  readonly line: number
  readonly byte: number
}

/** Packed rows of one slice of an image list, and where the slice begins. */
export interface ListedSlice {
  readonly packed: Uint8Array
  readonly start: ListPosition
}

/** Compares the images of a dataset with its image list. Both come in order of image id, in steps by its first digits. */
export interface CoverageCounter {
  /** Begins a step with the rows of these digits, by slice in order of the file. */
  open(slices: readonly ListedSlice[]): void
  /** Counts an image of the dataset. @param high and `low` halves of its id */
  count(high: number, low: number): void
  /** Ends a step: the rest of its rows are of images that the dataset does not have. */
  close(): void
  result(): ListCoverage
}

export function coverageCounter(): CoverageCounter {
  let rows = minHeap<Row>(isBefore)
  let images = 0
  let licenses = 0
  let conflict: ListPosition | undefined

  /** Takes all rows of the first image. Returns whether it has a license. */
  const takeImage = ({ cursor: { high, low, hash, hasLicense } }: Row): boolean => {
    for (let row = rows.first; row?.cursor.high === high && row.cursor.low === low; row = rows.first) {
      if (row.cursor.hash !== hash) reportConflict(row)
      row.cursor.advance()
      if (row.cursor.isDone) rows.pop()
      else rows.siftDown()
    }
    return hasLicense
  }
  const reportConflict = ({ cursor, start }: Row): void => {
    const byte = start.byte + cursor.offset
    if (conflict === undefined || byte < conflict.byte) conflict = { line: start.line + cursor.line, byte }
  }
  return {
    open: (slices) => {
      rows = minHeap<Row>(isBefore)
      for (const [slice, { packed, start }] of slices.entries()) {
        const cursor = listedCursor(packed)
        if (!cursor.isDone) rows.push({ cursor, slice, start })
      }
    },
    count: (high, low) => {
      for (let row = rows.first; row && compareIds(row.cursor, { high, low }) < 0; row = rows.first) takeImage(row)
      if (!rows.first || compareIds(rows.first.cursor, { high, low }) !== 0) return
      images += 1
      if (takeImage(rows.first)) licenses += 1
    },
    close: () => {
      for (let row = rows.first; row; row = rows.first) takeImage(row)
    },
    result: () => ({ images, licenses, conflict }),
  }
}

/** The first row of a slice that was not taken yet. */
interface Row {
  readonly cursor: ListedCursor
  readonly slice: number
  readonly start: ListPosition
}

type Id = Pick<ListedCursor, 'high' | 'low'>
const compareIds = (one: Id, other: Id): number => one.high - other.high || one.low - other.low

const isBefore = (one: Row, other: Row): boolean =>
  (compareIds(one.cursor, other.cursor) || one.slice - other.slice) < 0
