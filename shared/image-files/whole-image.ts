import { END_OF_IMAGE, jpegSegments, START_OF_SCAN } from './jpeg-segments.ts'

const PNG_SIGNATURE_BYTES = 8
/** Length, type and checksum of a chunk. */
const PNG_CHUNK_BYTES = 12

/**
 * Whether an image file is complete, by the structure of its format. Nothing is decoded, and data after the end is
 * ignored. Pure.
 * @param bytes a file with the signature of `format`
 */
export const isWholeImage = (bytes: Uint8Array, format: 'jpg' | 'png'): boolean =>
  format === 'jpg' ? isWholeJpeg(bytes) : isWholePng(bytes)

/** Whether a scan is followed by the end of the image. */
function isWholeJpeg(bytes: Uint8Array): boolean {
  let hasScan = false
  for (const { marker } of jpegSegments(bytes)) {
    if (marker === END_OF_IMAGE) return hasScan
    hasScan ||= marker === START_OF_SCAN
  }
  return false
}

/** Walks from chunk to chunk. @see https://www.w3.org/TR/png-3/#5Chunk-layout */
function isWholePng(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const types: string[] = []
  for (let at = PNG_SIGNATURE_BYTES; at + PNG_CHUNK_BYTES <= bytes.length; ) {
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1')
    if (types.at(-1) !== type) types.push(type)
    at += PNG_CHUNK_BYTES + view.getUint32(at)
    if (type === 'IEND') return at <= bytes.length && types[0] === 'IHDR' && types.includes('IDAT')
  }
  return false
}
