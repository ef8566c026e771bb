import { type ImageRuns, RUN } from './image-runs.ts'

/** Runs of rows of one image each, with their classes, packed: sorted by image id, cut into sixteen by its first digit. */
export interface PackedImages {
  /**
   * For each run: its image's id (8 bytes, big-endian), how many classes (4, little-endian), the number of each class (4),
   * in order of their first row. Runs of one image stand together, in file order.
   */
  readonly bytes: Uint8Array
  /** Where the images begin whose id begins with 0, 1, … f, and where the last of them ends. */
  readonly offsets: readonly number[]
}

const DIGITS = 16
/** Bytes of a packed run without its classes. */
const RUN_BYTES = 12

export function packImages({ words, places }: ImageRuns): PackedImages {
  const word = (at: number): number => words[at] ?? 0
  const inOrder = Uint32Array.from(places).sort(
    (left, right) => word(left) - word(right) || word(left + RUN.low) - word(right + RUN.low) || left - right,
  )
  const bytes = Buffer.alloc(words.byteLength - 4 * (RUN.classes * places.length) + RUN_BYTES * places.length)
  const offsets = new Array<number>(DIGITS + 1).fill(0)
  let at = 0
  for (const run of inOrder) {
    const classes = word(run + RUN.classCount)
    bytes.writeUInt32BE(word(run + RUN.high), at)
    bytes.writeUInt32BE(word(run + RUN.low), at + 4)
    bytes.writeUInt32LE(classes, at + 8)
    for (let index = 0; index < classes; index++)
      bytes.writeUInt32LE(word(run + RUN.classes + index), at + RUN_BYTES + 4 * index)
    at += RUN_BYTES + 4 * classes
    offsets.fill(at, (word(run + RUN.high) >>> 28) + 1)
  }
  return { bytes, offsets }
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
      cursor.high = bytes.readUInt32BE(at)
      cursor.low = bytes.readUInt32BE(at + 4)
      cursor.classes.length = bytes.readUInt32LE(at + 8)
      at += RUN_BYTES
      for (let index = 0; index < cursor.classes.length; index++, at += 4)
        cursor.classes[index] = bytes.readUInt32LE(at)
    },
  }
  cursor.advance()
  return cursor
}
