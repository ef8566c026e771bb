import { IMAGE_ID_BYTES } from './image-id.ts'

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

/** Gathers images and their classes from rows, in file order. */
export interface ImagePacker {
  /** Begins the rows of an image. @param id where its id stands in `bytes`: 16 digits */
  open(bytes: Uint8Array, id: number): void
  /** A row of this image has this class. */
  add(classNumber: number): void
  pack(): PackedImages
}

const DIGITS = 16
const HALF_ID = IMAGE_ID_BYTES / 2
const FEWEST_WORDS = 1 << 12

/** Holds 16 bytes a run and 4 for each of its classes: no object for any of them, as there are millions. */
export function imagePacker(): ImagePacker {
  // A record a run: the halves of its image's id, how many classes, their numbers.
  let words = new Uint32Array(FEWEST_WORDS)
  let length = 0
  let record = 0
  const records: number[] = []

  const push = (word: number): void => {
    if (length === words.length) {
      const larger = new Uint32Array(words.length * 2)
      larger.set(words)
      words = larger
    }
    words[length++] = word
  }
  return {
    open: (bytes, id) => {
      record = length
      records.push(record)
      push(hexadecimal(bytes, id))
      push(hexadecimal(bytes, id + HALF_ID))
      push(0)
    },
    add: (classNumber) => {
      for (let at = record + 3; at < length; at++) if (words[at] === classNumber) return
      push(classNumber)
      words[record + 2] = (words[record + 2] ?? 0) + 1
    },
    pack: () => packed(words.subarray(0, length), records),
  }
}

/** Eight hexadecimal digits as the number that they are. */
function hexadecimal(bytes: Uint8Array, from: number): number {
  let value = 0
  for (let at = from; at < from + HALF_ID; at++) {
    const byte = bytes[at] ?? 0
    // Letters have bit 6, and their low bits count from 1 for `a`.
    value = (value << 4) | ((byte & 0xf) + (byte & 0x40 ? 9 : 0))
  }
  return value >>> 0
}

function packed(words: Uint32Array, records: readonly number[]): PackedImages {
  const word = (at: number): number => words[at] ?? 0
  const inOrder = Uint32Array.from(records).sort(
    (left, right) => word(left) - word(right) || word(left + 1) - word(right + 1) || left - right,
  )
  const bytes = Buffer.alloc(words.byteLength)
  const offsets = new Array<number>(DIGITS + 1).fill(0)
  let at = 0
  for (const record of inOrder) {
    bytes.writeUInt32BE(word(record), at)
    bytes.writeUInt32BE(word(record + 1), at + 4)
    const classes = word(record + 2)
    for (let index = 0; index <= classes; index++) bytes.writeUInt32LE(word(record + 2 + index), at + 8 + 4 * index)
    at += 12 + 4 * classes
    offsets.fill(at, (word(record) >>> 28) + 1)
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
      at += 12
      for (let index = 0; index < cursor.classes.length; index++, at += 4)
        cursor.classes[index] = bytes.readUInt32LE(at)
    },
  }
  cursor.advance()
  return cursor
}
