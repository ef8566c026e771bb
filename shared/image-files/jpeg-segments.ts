/** A marker of a JPEG file, and where the segment that belongs to it lies. */
export interface JpegSegment {
  /** The second byte of the marker: 0xda for start of scan. */
  readonly marker: number
  /** Offset of the segment's data, behind its length field. */
  readonly start: number
  /** Offset of its end; beyond the end of the bytes if the segment is not complete there. */
  readonly end: number
}

export const START_OF_IMAGE = 0xd8
export const END_OF_IMAGE = 0xd9
export const START_OF_SCAN = 0xda

const MARKER = 0xff
const MARKER_BYTES = 2
const LENGTH_BYTES = 2

/**
 * Yields the segments of a JPEG file as decoders find them, from the one after the start of the image on. A segment is
 * skipped by its length, so nothing inside is taken for a marker, such as the thumbnail in EXIF data. Bytes between
 * segments that are no marker are skipped, and so are the compressed data of a scan. Ends where the next marker is not
 * complete. Pure.
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf annex B.1
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  let at = MARKER_BYTES
  for (;;) {
    const found = bytes.indexOf(MARKER, at)
    const marker = found < 0 ? undefined : bytes[found + 1]
    if (marker === undefined) return
    const start = found + MARKER_BYTES
    if (marker === MARKER) {
      // A fill byte: the marker may begin at the next byte.
      at = found + 1
    } else if (isIgnored(marker)) {
      at = start
    } else if (marker === START_OF_IMAGE || marker === END_OF_IMAGE) {
      yield { marker, start, end: start }
      at = start
    } else {
      const [high, low] = bytes.subarray(start, start + LENGTH_BYTES)
      if (high === undefined || low === undefined) return
      // The length counts itself. Decoders take a smaller one for an empty segment.
      const end = start + Math.max(LENGTH_BYTES, (high << 8) + low)
      yield { marker, start: start + LENGTH_BYTES, end }
      at = end
    }
  }
}

/** Whether a marker has no meaning outside a scan: escaped data (0xff00), temporary and restart markers. */
const isIgnored = (marker: number): boolean => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd7)
