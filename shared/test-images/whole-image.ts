const MARKER = 0xff
const START_OF_SCAN = 0xda
const END_OF_IMAGE = 0xd9

const PNG_SIGNATURE_BYTES = 8
/** A chunk's length, its type and its checksum. */
const PNG_CHUNK_BYTES = 12

/**
 * Whether a file goes on to its image's end, by its own structure; nothing is decoded. What follows the end is no matter.
 * @param bytes of a file that begins as its format does
 */
export const isWholeImage = (bytes: Uint8Array, format: 'jpg' | 'png'): boolean =>
  format === 'jpg' ? isWholeJpeg(bytes) : isWholePng(bytes)

/**
 * From marker to marker, each segment passed over by its length: a thumbnail within has an end of its own. As decoders
 * do, what lies between segments is passed over too.
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
    else if (standsAlone(marker)) at = found + 2
    else at = found + 2 + ((bytes[found + 2] ?? 0) << 8) + (bytes[found + 3] ?? 0)
  }
}

/** A byte of the image that looks like a marker, a restart within it, and what else no length follows. */
const standsAlone = (marker: number): boolean => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)

/** From chunk to chunk. @see https://www.w3.org/TR/png-3/#5Chunk-layout */
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
