import { IMAGE_ID_BYTES } from '../contracts/image-id.ts'

/**
 * A record is one image of a class, in 16 bytes: the image id (8), the offset of its rows in the box CSV (5), and their
 * length in bytes (3). Numbers are big-endian.
 */
export const RECORD_BYTES = 16

const ID_BYTES = IMAGE_ID_BYTES / 2
const START_AT = ID_BYTES
const START_BYTES = 5
const LENGTH_AT = START_AT + START_BYTES
const LENGTH_BYTES = 3

/** Limits of a record: rows with a larger offset or length cannot be indexed. */
export const MAX_START: number = 2 ** (8 * START_BYTES) - 1
export const MAX_LENGTH: number = 2 ** (8 * LENGTH_BYTES) - 1

/** Writes a record at byte `at`. */
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

/** Returns the offset of the image's rows. @param at offset of the record, as in the functions below */
export const readStart = (records: Buffer, at: number): number => records.readUIntBE(at + START_AT, START_BYTES)

export const readLength = (records: Buffer, at: number): number => records.readUIntBE(at + LENGTH_AT, LENGTH_BYTES)

export const readImageId = (records: Buffer, at: number): string => records.toString('hex', at, at + ID_BYTES)
