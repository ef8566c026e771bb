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

/** Pictures have some hundred at most: color profiles and metadata are divided into segments of 64 KiB. */
export const MAX_SEGMENTS = 10_000

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
    const found = findMarker(bytes, at)
    const marker = bytes[found + 1]
    if (marker === undefined) return
    const start = found + MARKER_BYTES
    if (marker === START_OF_IMAGE || marker === END_OF_IMAGE) {
      yield { marker, start, end: start }
      at = start
    } else {
      const high = bytes[start]
      const low = bytes[start + 1]
      if (high === undefined || low === undefined) return
      // The length counts itself. Decoders take a smaller one for an empty segment.
      const end = start + Math.max(LENGTH_BYTES, (high << 8) + low)
      yield { marker, start: start + LENGTH_BYTES, end }
      at = end
    }
  }
}

/**
 * Returns the offset of the next marker that has a meaning, behind any fill bytes; that of the end if there is none. Looks at
 * each byte once: a file may have millions of fill bytes and of markers without a meaning.
 */
function findMarker(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] !== MARKER) continue
    const marker = bytes[at + 1] ?? 0
    // A fill byte: the marker may begin at the next byte.
    if (marker === MARKER) continue
    if (!isIgnored(marker)) return at
    at += 1
  }
  return bytes.length
}

/** Whether a marker has no meaning outside a scan: escaped data (0xff00), temporary and restart markers. */
const isIgnored = (marker: number): boolean => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd7)
