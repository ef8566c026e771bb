import { IMAGE_ID_BYTES } from '../contracts/image-id.ts'

/** Hexadecimal digits in half an image id, which is a number of 32 bits. */
export const HALF_ID_BYTES: number = IMAGE_ID_BYTES / 2

/** The value of each character as a hexadecimal digit, or -1. */
const DIGITS = Int8Array.from({ length: 256 }, (_, byte) => '0123456789abcdef'.indexOf(String.fromCharCode(byte)))

/** The same with capital letters, which some tools write. */
export const DIGITS_OF_BOTH_CASES = Int8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase()),
)

/** Parses half an image id. Returns -1 if a character is not a digit of it. @param from offset of its first digit */
export function parseHalfId(bytes: Uint8Array, from: number, digits = DIGITS): number {
  let value = 0
  let signs = 0
  for (let at = from; at < from + HALF_ID_BYTES; at++) {
    const digit = digits[bytes[at] ?? 0] ?? -1
    signs |= digit
    value = (value << 4) | digit
  }
  return signs < 0 ? -1 : value >>> 0
}
