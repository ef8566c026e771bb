import { type ImageRuns, RUN } from './image-runs.ts'

/** Runs of rows of one image each, with their classes, packed: sorted by image id, cut into sixteen by its first digit. */
export interface PackedImages {
  /**
   * For each run, in numbers of 32 bits, little-endian: the halves of its image's id, how many classes, the number of
   * each class in order of their first row. Runs of one image stand together, in file order.
   */
  readonly bytes: Uint8Array
  /** Where the images begin whose id begins with 0, 1, … f, and where the last of them ends. */
  readonly offsets: readonly number[]
}

const DIGITS = 16

export function packImages({ words, places }: ImageRuns): PackedImages {
  const word = (at: number): number => words[at] ?? 0
  const difference = (left: number, right: number): number =>
    word(left + RUN.high) - word(right + RUN.high) || word(left + RUN.low) - word(right + RUN.low)
  // Published files are in this order, and looking is much quicker than sorting.
  const isSorted = places.every((place, number) => number === 0 || difference(places[number - 1] ?? 0, place) <= 0)
  const inOrder = isSorted ? places : places.toSorted((left, right) => difference(left, right) || left - right)
  const packed = new Uint32Array(words.length - places.length)
  const offsets = new Array<number>(DIGITS + 1).fill(0)
  let at = 0
  for (const run of inOrder) {
    packed[at++] = word(run + RUN.high)
    packed[at++] = word(run + RUN.low)
    const end = run + RUN.classes + word(run + RUN.classCount)
    for (let index = run + RUN.classCount; index < end; index++) packed[at++] = word(index)
    offsets.fill(4 * at, (word(run + RUN.high) >>> 28) + 1)
  }
  // Every processor that runs this is little-endian.
  return { bytes: new Uint8Array(packed.buffer), offsets }
}

/** A place among packed runs. */
export interface PackedCursor {
  /** The id of the image whose run it stands at, as two numbers of 32 bits, and the numbers of its classes. */
  high: number
  low: number
  readonly classes: number[]
  /** Whether it has gone on behind the last run. */
  isOver: boolean
  advance(): void
}

/** Walks packed runs; stands at the first. Nothing is made for each: there are millions. */
export function packedCursor(packed: Uint8Array): PackedCursor {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length)
  let at = 0
  const cursor: PackedCursor = {
    high: 0,
    low: 0,
    classes: [],
    isOver: false,
    advance: () => {
      cursor.isOver = at >= bytes.length
      if (cursor.isOver) return
      cursor.high = bytes.readUInt32LE(at)
      cursor.low = bytes.readUInt32LE(at + 4)
      cursor.classes.length = bytes.readUInt32LE(at + 8)
      at += 12
      for (let index = 0; index < cursor.classes.length; index++, at += 4)
        cursor.classes[index] = bytes.readUInt32LE(at)
    },
  }
  cursor.advance()
  return cursor
}
