import { type PackedCursor, packedCursor } from '../open-images/packed-images.ts'

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
  const all = slices.map(({ packed, classNumbers }) => ({ cursor: packedCursor(packed), classNumbers }))
  for (;;) {
    const open = all.filter(({ cursor }) => !cursor.isOver)
    const first = open.reduce<PackedCursor | undefined>((least, { cursor }) => before(cursor, least), undefined)
    if (!first) return
    const { high, low } = first
    merged.classes.length = 0
    merged.runs = 0
    for (const { cursor, classNumbers } of open) {
      for (; !cursor.isOver && cursor.high === high && cursor.low === low; cursor.advance()) {
        for (const number of cursor.classes) merged.classes.push(classNumbers[number] ?? 0)
        merged.runs += 1
      }
    }
    yield merged
  }
}

/** The one of the two that stands at the lesser id. */
const before = (cursor: PackedCursor, least: PackedCursor | undefined): PackedCursor =>
  least && (least.high < cursor.high || (least.high === cursor.high && least.low <= cursor.low)) ? least : cursor
