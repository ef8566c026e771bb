import { crc32 } from 'node:zlib'
import type { HeaderReading } from './header-reading.ts'

const SIGNATURE_BYTES = 8
/** The first chunk: length, type, 13 bytes of data, checksum. */
const HEADER_END = SIGNATURE_BYTES + 4 + 4 + 13 + 4
const MAX_SIDE_PIXELS = 2 ** 31 - 1

/** The bit depths of each color type: gray, color, palette, gray with alpha, color with alpha. */
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

/**
 * Reads the header of a PNG file: its first chunk, IHDR. What libpng refuses is a problem. Pure.
 * @param start the beginning of the file, with the signature of PNG
 * @see https://www.w3.org/TR/png-3/#11IHDR
 */
export function readPngHeader(start: Uint8Array): HeaderReading {
  if (start.length < HEADER_END) return 'incomplete'
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const type = Buffer.from(start.subarray(12, 16)).toString('latin1')
  if (type !== 'IHDR' || view.getUint32(8) !== 13) return { problem: 'its first chunk is not the header of a PNG' }
  if (crc32(start.subarray(12, 29)) !== view.getUint32(29)) return { problem: 'the checksum of its header is wrong' }
  const width = view.getUint32(16)
  const height = view.getUint32(20)
  if (Math.min(width, height) === 0 || Math.max(width, height) > MAX_SIDE_PIXELS)
    return { problem: `its header says ${width} x ${height} pixels` }
  const [depth = 0, colorType = 0, compression = 0, filter = 0, interlace = 0] = start.subarray(24, 29)
  if (!BIT_DEPTHS[colorType]?.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1)
    return { problem: 'its header has a color type or compression that PNG does not have' }
  return { format: 'png', width, height }
}
