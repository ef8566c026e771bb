import { type ImageRuns, RUN } from './image-runs.ts'

/** Packed runs of images with their classes, sorted by image id and divided by its first digit. */
export interface PackedImages {
  /**
   * Little-endian 32-bit numbers. For each run: the halves of the image id, the number of classes, and the class numbers
   * in order of their first row. Runs of one image are adjacent, in file order.
   */
  readonly bytes: Uint8Array
  /** Offsets of the images whose id begins with 0, 1, … f, and the end of the last one. */
  readonly offsets: readonly number[]
}

const DIGITS = 16

/** Packs runs. Pure. */
export function packImages({ words, places }: ImageRuns): PackedImages {
  const word = (at: number): number => words[at] ?? 0
  const difference = (left: number, right: number): number =>
    word(left + RUN.high) - word(right + RUN.high) || word(left + RUN.low) - word(right + RUN.low)
  // Published files are sorted, and checking is much faster than sorting.
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
  // All processors that run this code are little-endian.
  return { bytes: new Uint8Array(packed.buffer), offsets }
}

/** A position in packed runs. */
export interface PackedCursor {
  /** Image id of the current run, as two 32-bit numbers, and its class numbers. */
  high: number
  low: number
  readonly classes: number[]
  /** Whether the cursor has passed the last run. */
  isDone: boolean
  advance(): void
}

/** Creates a cursor at the first of the packed runs. There are millions, so it allocates nothing per run. */
export function packedCursor(packed: Uint8Array): PackedCursor {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length)
  let at = 0
  const cursor: PackedCursor = {
    high: 0,
    low: 0,
    classes: [],
    isDone: false,
    advance: () => {
      cursor.isDone = at >= bytes.length
      if (cursor.isDone) return
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
