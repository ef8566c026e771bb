/** Images of a slice with their classes, packed: sorted by image id, cut into sixteen by its first digit. */
export interface PackedImages {
  /** For each image: its id (8 bytes), how many classes (4), the number of each class in `classIds` (4 each). */
  readonly bytes: Uint8Array
  /** Where the images begin whose id begins with 0, 1, … f, and where the last of them ends. */
  readonly offsets: readonly number[]
  readonly classIds: readonly string[]
}

const DIGITS = 16

/** Packs the classes of each image of a slice. */
export function packImages(images: ReadonlyMap<string, readonly string[]>): PackedImages {
  const numbers = new Map<string, number>()
  const numberOf = (classId: string): number => {
    const known = numbers.get(classId)
    if (known !== undefined) return known
    numbers.set(classId, numbers.size)
    return numbers.size - 1
  }
  const pieces: Buffer[] = []
  const offsets = new Array<number>(DIGITS + 1).fill(0)
  let length = 0
  for (const [imageId, classIds] of [...images].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const piece = Buffer.alloc(12 + 4 * classIds.length)
    piece.write(imageId, 'hex')
    piece.writeUInt32LE(classIds.length, 8)
    for (const [at, classId] of classIds.entries()) piece.writeUInt32LE(numberOf(classId), 12 + 4 * at)
    pieces.push(piece)
    length += piece.length
    offsets.fill(length, Number.parseInt(imageId.charAt(0), 16) + 1)
  }
  return { bytes: Buffer.concat(pieces), offsets, classIds: [...numbers.keys()] }
}

/** A place among packed images. */
export interface PackedCursor {
  /** The id of the image that it stands at, as two numbers of 32 bits, and the numbers of its classes. */
  high: number
  low: number
  readonly classes: number[]
  /** Whether it has gone on behind the last image. */
  isOver: boolean
  advance(): void
}

/** Walks packed images; stands at the first. For loops over millions of images: nothing is made for each. */
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
