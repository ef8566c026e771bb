import { findFormat } from './formats.ts'
import type { HeaderReading } from './header-reading.ts'
import { readJpegHeader } from './jpeg-header.ts'
import { readPngHeader } from './png-header.ts'
import { isWholeImage } from './whole-image.ts'

/** Returns why a file of this format is not supported; `undefined` for JPEG and PNG. Pure. */
export function unsupported(format: string | undefined): string | undefined {
  if (format === 'JPEG' || format === 'PNG') return undefined
  const what = format === undefined ? 'it has no JPEG or PNG signature' : `it is ${format}`
  return `${what}; the labeling service supports JPEG and PNG only`
}

/**
 * Reads the header of a JPEG or PNG file as the decoders of browsers do. The size is the one that they show, or there is
 * none. Whether the file is truncated is known only where `start` is all of it. Pure.
 * @param start the beginning of the file
 * @param size of the whole file in bytes
 * @returns `problem` is a phrase, such as `it is WebP; …`
 */
export function readImageHeader(start: Uint8Array, size: number): HeaderReading {
  if (size === 0) return { problem: 'it is empty' }
  const isWhole = start.length >= size
  const format = findFormat(start)
  const problem = unsupported(format)
  if (problem) return { problem }
  const reading = format === 'JPEG' ? readJpegHeader(start) : readPngHeader(start)
  if (reading === 'incomplete') return isWhole ? { problem: 'it is truncated: its header does not end' } : 'incomplete'
  if ('problem' in reading || !isWhole || isWholeImage(start, reading.format)) return reading
  return { problem: `it is truncated: the end of the image is missing after ${size} bytes` }
}
