import type { PackedImages } from './packed-images.ts'

/**
 * Words of a packed row of an image list, little-endian 32-bit numbers: the halves of the image id, a hash of its facts,
 * the offset of the row after that of the first row of its slice, and twice its line in the slice, plus 1 if it has a
 * license.
 */
export const LISTED_WORDS = 5

const DIGITS = 16

/** Sorts packed rows by image id, then by position in the file, and divides them by the first digit of the id. Pure. */
export function packListed(words: Uint32Array): PackedImages {
  const word = (at: number): number => words[at] ?? 0
  const difference = (left: number, right: number): number =>
    word(left) - word(right) || word(left + 1) - word(right + 1) || left - right
  const places = Array.from({ length: words.length / LISTED_WORDS }, (_, row) => row * LISTED_WORDS)
  // Published lists are sorted, and checking is much faster than sorting.
  const isSorted = places.every((place, row) => row === 0 || difference(places[row - 1] ?? 0, place) < 0)
  const inOrder = isSorted ? places : places.toSorted(difference)
  const packed = new Uint32Array(words.length)
  const offsets = new Array<number>(DIGITS + 1).fill(0)
  for (const [row, place] of inOrder.entries()) {
    packed.set(words.subarray(place, place + LISTED_WORDS), row * LISTED_WORDS)
    offsets.fill(4 * LISTED_WORDS * (row + 1), (word(place) >>> 28) + 1)
  }
  return { bytes: new Uint8Array(packed.buffer), offsets }
}

/** A position in packed rows of an image list. */
export interface ListedCursor {
  high: number
  low: number
  hash: number
  offset: number
  line: number
  hasLicense: boolean
  isDone: boolean
  advance(): void
}

/** Creates a cursor at the first of the packed rows. There are millions, so it allocates nothing per row. */
export function listedCursor(packed: Uint8Array): ListedCursor {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length)
  let at = 0
  const cursor: ListedCursor = {
    high: 0,
    low: 0,
    hash: 0,
    offset: 0,
    line: 0,
    hasLicense: false,
    isDone: false,
    advance: () => {
      cursor.isDone = at >= bytes.length
      if (cursor.isDone) return
      cursor.high = bytes.readUInt32LE(at)
      cursor.low = bytes.readUInt32LE(at + 4)
      cursor.hash = bytes.readUInt32LE(at + 8)
      cursor.offset = bytes.readUInt32LE(at + 12)
      const lineAndLicense = bytes.readUInt32LE(at + 16)
      cursor.line = lineAndLicense >>> 1
      cursor.hasLicense = lineAndLicense % 2 === 1
      at += 4 * LISTED_WORDS
    },
  }
  cursor.advance()
  return cursor
}
