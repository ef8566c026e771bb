import { type PackedCursor, packedCursor } from '../../open-images/packed-images.ts'
import { minHeap } from '../../platform/min-heap.ts'

/** Packed images of one slice, and a map of its class numbers to those of all slices. */
export interface SliceImages {
  readonly packed: Uint8Array
  readonly classNumbers: readonly number[]
}

/** An image with its classes in all slices. */
export interface MergedImage {
  /** Its class numbers. A class that occurs in several runs is repeated. */
  readonly classes: number[]
  /** Halves of its id. */
  high: number
  low: number
  /** Number of its runs of rows in all slices. */
  runs: number
}

/**
 * Merges the images of several slices, each of which is sorted by id. Yields each image once, in order of id. Every
 * iteration yields the same object, which the next one overwrites.
 */
export function* mergeImages(slices: readonly SliceImages[]): Generator<MergedImage> {
  const merged: MergedImage = { classes: [], high: 0, low: 0, runs: 0 }
  const heap = minHeap<SliceCursor>((one, other) => isBefore(one.cursor, other.cursor))
  for (const { packed, classNumbers } of slices) {
    const cursor = packedCursor(packed)
    if (!cursor.isDone) heap.push({ cursor, classNumbers })
  }
  while (heap.first) {
    const { high, low } = heap.first.cursor
    merged.classes.length = 0
    merged.high = high
    merged.low = low
    merged.runs = 0
    for (let next = heap.first; next?.cursor.high === high && next.cursor.low === low; next = heap.first) {
      for (const number of next.cursor.classes) merged.classes.push(next.classNumbers[number] ?? 0)
      merged.runs += 1
      next.cursor.advance()
      if (next.cursor.isDone) heap.pop()
      else heap.siftDown()
    }
    yield merged
  }
}

/** A position in a slice's images. */
interface SliceCursor {
  readonly cursor: PackedCursor
  readonly classNumbers: readonly number[]
}

const isBefore = (one: PackedCursor, other: PackedCursor): boolean =>
  one.high < other.high || (one.high === other.high && one.low < other.low)
