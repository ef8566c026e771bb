import { END_OF_IMAGE, jpegSegments, MAX_SEGMENTS, START_OF_SCAN } from './jpeg-segments.ts'

const PNG_SIGNATURE_BYTES = 8
/** Length, type and checksum of a chunk. */
const PNG_CHUNK_BYTES = 12
/** Types of chunks: four letters, read as a number. */
const [IHDR, IDAT, IEND] = ['IHDR', 'IDAT', 'IEND'].map((type) => Buffer.from(type, 'latin1').readUInt32BE())

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
  let segments = 0
  for (const { marker } of jpegSegments(bytes)) {
    segments += 1
    if (segments > MAX_SEGMENTS) return false
    if (marker === END_OF_IMAGE) return hasScan
    hasScan ||= marker === START_OF_SCAN
  }
  return false
}

/**
 * Walks from chunk to chunk, in constant time for each: a file may have millions of empty ones.
 * @see https://www.w3.org/TR/png-3/#5Chunk-layout
 */
function isWholePng(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let hasData = false
  for (let at = PNG_SIGNATURE_BYTES; at + PNG_CHUNK_BYTES <= bytes.length; ) {
    const type = view.getUint32(at + 4)
    if (at === PNG_SIGNATURE_BYTES && type !== IHDR) return false
    hasData ||= type === IDAT
    at += PNG_CHUNK_BYTES + view.getUint32(at)
    if (type === IEND) return at <= bytes.length && hasData
  }
  return false
}
