import { IMAGE_ID_BYTES } from '../contracts/image-id.ts'

/** Half an id is a number of 32 bits. */
export const HALF_ID_BYTES: number = IMAGE_ID_BYTES / 2

/** The digit that each character stands for, or -1. */
const DIGITS = Int8Array.from({ length: 256 }, (_, byte) => '0123456789abcdef'.indexOf(String.fromCharCode(byte)))

/** Half an image's id as a number, or -1 where it is none. @param from where it begins in the bytes */
export function halfId(bytes: Uint8Array, from: number): number {
  let value = 0
  let wrong = 0
  for (let at = from; at < from + HALF_ID_BYTES; at++) {
    const digit = DIGITS[bytes[at] ?? 0] ?? -1
    wrong |= digit
    value = (value << 4) | digit
  }
  return wrong < 0 ? -1 : value >>> 0
}
