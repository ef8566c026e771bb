import { IMAGE_ID_BYTES } from '../contracts/image-id.ts'

/**
 * One image of a class, in 16 bytes: its id (8), where its rows begin in the box CSV (5), and how many bytes they take
 * (3). Numbers are big-endian.
 */
export const RECORD_BYTES = 16

const ID_BYTES = IMAGE_ID_BYTES / 2
const START_AT = ID_BYTES
const START_BYTES = 5
const LENGTH_AT = START_AT + START_BYTES
const LENGTH_BYTES = 3

/** Rows that begin behind this byte of the file, or take more bytes, cannot be noted. */
export const MAX_START: number = 2 ** (8 * START_BYTES) - 1
export const MAX_LENGTH: number = 2 ** (8 * LENGTH_BYTES) - 1

/** Writes the record at byte `at`. @param high and `low` halves of the image's id */
export function writeRecord(
  records: DataView,
  at: number,
  image: { readonly high: number; readonly low: number; readonly start: number; readonly length: number },
): void {
  records.setUint32(at, image.high)
  records.setUint32(at + 4, image.low)
  records.setUint32(at + START_AT, Math.floor(image.start / 256))
  records.setUint32(at + START_AT + 4, (image.start % 256) * 2 ** (8 * LENGTH_BYTES) + image.length)
}

/** Where the rows of the record's image begin. @param at the record's first byte, as in all of these */
export const readStart = (records: Buffer, at: number): number => records.readUIntBE(at + START_AT, START_BYTES)

export const readLength = (records: Buffer, at: number): number => records.readUIntBE(at + LENGTH_AT, LENGTH_BYTES)

export const readImageId = (records: Buffer, at: number): string => records.toString('hex', at, at + ID_BYTES)
