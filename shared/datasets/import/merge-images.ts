import { type PackedCursor, packedCursor } from '../../open-images/packed-images.ts'
import { minHeap } from '../../platform/min-heap.ts'

/** Packed images of one slice, and what the slice's class numbers are among those of all slices. */
export interface SliceImages {
  readonly packed: Uint8Array
  readonly classNumbers: readonly number[]
}

/** An image over all slices. */
export interface MergedImage {
  /** The numbers of its classes; one that it has in several runs is named as often. */
  readonly classes: number[]
  /** How many runs of rows it has, over all slices. */
  runs: number
}

/**
 * Goes through the images of several slices in the order of their ids, each once. Every slice is sorted. What is given
 * is one object that the next image overwrites.
 */
export function* mergeImages(slices: readonly SliceImages[]): Generator<MergedImage> {
  const merged: MergedImage = { classes: [], runs: 0 }
  const heap = minHeap<Standing>((one, other) => isBefore(one.cursor, other.cursor))
  for (const { packed, classNumbers } of slices) {
    const cursor = packedCursor(packed)
    if (!cursor.isOver) heap.push({ cursor, classNumbers })
  }
  while (heap.first) {
    const { high, low } = heap.first.cursor
    merged.classes.length = 0
    merged.runs = 0
    for (let next = heap.first; next?.cursor.high === high && next.cursor.low === low; next = heap.first) {
      for (const number of next.cursor.classes) merged.classes.push(next.classNumbers[number] ?? 0)
      merged.runs += 1
      next.cursor.advance()
      if (next.cursor.isOver) heap.pop()
      else heap.siftDown()
    }
    yield merged
  }
}

/** A place in a slice's images. */
interface Standing {
  readonly cursor: PackedCursor
  readonly classNumbers: readonly number[]
}

const isBefore = (one: PackedCursor, other: PackedCursor): boolean =>
  one.high < other.high || (one.high === other.high && one.low < other.low)
