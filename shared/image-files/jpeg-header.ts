import { readOrientation } from './exif-orientation.ts'
import type { HeaderReading } from './header-reading.ts'
import { END_OF_IMAGE, jpegSegments, MAX_SEGMENTS, START_OF_IMAGE, START_OF_SCAN } from './jpeg-segments.ts'

const APP1 = 0xe1
/** Precision, height, width and number of components; then three bytes a component. */
const FRAME_BYTES = 6
const COMPONENT_BYTES = 3
/** The largest width and height that libjpeg decodes. */
const MAX_SIDE_PIXELS = 65_500
/** Gray, color, and CMYK. */
const COMPONENT_COUNTS = [1, 3, 4]

/** Baseline, extended and progressive, with Huffman or arithmetic coding. */
const DECODED_FRAMES = [0xc0, 0xc1, 0xc2, 0xc9, 0xca]
/** Lossless and differential frames, and those of other standards. */
const OTHER_FRAMES = [0xc3, 0xc5, 0xc6, 0xc7, 0xc8, 0xcb, 0xcd, 0xce, 0xcf, 0xde, 0xdf]

interface Frame {
  readonly width: number
  readonly height: number
}

/**
 * Reads the header of a JPEG file, up to its first scan, as libjpeg does, which browsers use. What libjpeg refuses is a
 * problem. Pure.
 * @param start the beginning of the file, with the signature of JPEG
 */
export function readJpegHeader(start: Uint8Array): HeaderReading {
  let frame: Frame | undefined
  let orientation: number | undefined
  let segments = 0
  for (const segment of jpegSegments(start)) {
    const { marker } = segment
    segments += 1
    if (segments > MAX_SEGMENTS) return { problem: `its header has more than ${MAX_SEGMENTS} segments` }
    if (marker === START_OF_IMAGE) return { problem: 'a second image begins in its header' }
    if (marker === END_OF_IMAGE) return { problem: 'it ends before its image data' }
    if (OTHER_FRAMES.includes(marker) || isUnknown(marker))
      return { problem: `browsers cannot show this kind of JPEG (marker 0xff${marker.toString(16).padStart(2, '0')})` }
    if (segment.end > start.length) return 'incomplete'
    const data = start.subarray(segment.start, segment.end)
    if (marker === START_OF_SCAN)
      return frame
        ? { format: 'jpg', ...frame, ...(orientation !== undefined && { orientation }) }
        : { problem: 'its image data begins before its size' }
    if (DECODED_FRAMES.includes(marker)) {
      const found = frame ? { problem: 'its header has two sizes' } : readFrame(data)
      if ('problem' in found) return found
      frame = found
    }
    // Of two EXIF segments, browsers use the first.
    if (marker === APP1) orientation ??= readOrientation(data)
  }
  return 'incomplete'
}

/** Markers that the standard reserves. */
const isUnknown = (marker: number): boolean => marker < 0xc0 || (marker >= 0xf0 && marker <= 0xfd)

function readFrame(data: Uint8Array): Frame | { readonly problem: string } {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const components = data.length < FRAME_BYTES ? 0 : view.getUint8(5)
  if (data.length !== FRAME_BYTES + COMPONENT_BYTES * components || components === 0)
    return { problem: 'the size in its header is damaged' }
  const precision = view.getUint8(0)
  const height = view.getUint16(1)
  const width = view.getUint16(3)
  if (precision !== 8) return { problem: `browsers cannot show JPEGs of ${precision} bits a sample` }
  if (!COMPONENT_COUNTS.includes(components))
    return { problem: `browsers cannot show JPEGs of ${components} color components` }
  if (width === 0 || height === 0) return { problem: `its header says ${width} x ${height} pixels` }
  if (Math.max(width, height) > MAX_SIDE_PIXELS)
    return { problem: `browsers show JPEGs of at most ${MAX_SIDE_PIXELS} pixels a side, not ${width} x ${height}` }
  return { width, height }
}
