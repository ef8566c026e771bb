const MARKER = 0xff
const START_OF_SCAN = 0xda
const END_OF_IMAGE = 0xd9

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

/**
 * Walks from marker to marker and skips each segment by its length, because a thumbnail inside has an end marker of its
 * own. Like decoders, it also skips bytes between segments.
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
function isWholeJpeg(bytes: Uint8Array): boolean {
  let at = 2
  let hasScan = false
  for (;;) {
    const found = bytes.indexOf(MARKER, at)
    const marker = found < 0 ? undefined : bytes[found + 1]
    if (marker === undefined) return false
    if (marker === END_OF_IMAGE) return hasScan
    hasScan ||= marker === START_OF_SCAN
    if (marker === MARKER) at = found + 1
    else if (hasNoLength(marker)) at = found + 2
    else at = found + 2 + ((bytes[found + 2] ?? 0) << 8) + (bytes[found + 3] ?? 0)
  }
}

/** Whether a marker has no length field: escaped image data (0xff00), restart markers and a few others. */
const hasNoLength = (marker: number): boolean => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)

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
