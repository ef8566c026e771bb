import { AppError } from '../contracts/errors.ts'
import { describeImpostor } from '../open-images/text-file.ts'
import { type ImageHeader, imageHeader } from '../platform/storage/image-header.ts'
import { isWholeImage } from './whole-image.ts'

/** What the labeling service takes of one image. @see https://docs.aws.amazon.com/sagemaker/latest/dg/input-data-limits.html */
export const MAX_IMAGE_BYTES = 40_000_000
const MOST_PIXELS = 100_000_000

/** Every image that we have met tells its size in the first of its bytes; looking further costs time for nothing. */
const HEADER_BYTES = 1 << 20

/** Of JPEG and PNG. */
const SIGNATURES = ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n']

/** Images that browsers show and the labeling service does not take, by how they begin; SVG is one more. */
const OTHER_FORMATS: readonly (readonly [name: string, start: RegExp])[] = [
  ['GIF', /^GIF8/],
  ['WebP', /^RIFF.{4}WEBP/s],
  ['AVIF', /^.{4}ftypavi[fs]/s],
  ['HEIC', /^.{4}ftyp(hei|mif1)/s],
  ['BMP', /^BM.{4}\0{4}/s],
  ['TIFF', /^(II\*\0|MM\0\*)/],
]

/** What may stand before the first element of an SVG file: how each begins, and how it ends. */
const BEFORE_SVG: readonly (readonly [begin: string, end: string])[] = [
  ['<?xml', '>'],
  ['<!--', '-->'],
  ['<!doctype svg', '>'],
]

const refuse = (url: string, problem: string) =>
  new AppError('bad-source', `${url} is no image to be used: ${problem}.`)

/**
 * Refuses by its first bytes what is no JPEG and no PNG, whatever it is called.
 * @param start the first kilobyte
 * @param url for messages
 * @throws AppError `bad-source` saying what it is instead
 */
export function checkImageStart(start: Uint8Array, url: string): void {
  const text = Buffer.from(start).toString('latin1')
  if (start.length === 0) throw refuse(url, 'it is empty')
  if (SIGNATURES.some((signature) => text.startsWith(signature))) return
  const format = isSvg(text) ? 'SVG' : OTHER_FORMATS.find(([, pattern]) => pattern.test(text))?.[0]
  if (format) throw refuse(url, `it is ${format}; only JPEG and PNG are taken, as by the labeling service`)
  throw refuse(url, describeImpostor(text) ?? 'it begins as neither JPEG nor PNG does')
}

/** Steps from one to the next: a pattern for all of them could be made to try every way to divide them, for ever. */
function isSvg(start: string): boolean {
  let rest = start.trimStart().toLowerCase()
  for (;;) {
    const end = BEFORE_SVG.find(([begin]) => rest.startsWith(begin))?.[1]
    if (end === undefined) return rest.startsWith('<svg')
    const at = rest.indexOf(end)
    if (at < 0) return false
    rest = rest.slice(at + end.length).trimStart()
  }
}

/**
 * An image's format and size, once all of it is there.
 * @throws AppError `bad-source` when it is none, is cut off, or is larger than the labeling service takes
 */
export function inspectImage(bytes: Uint8Array, url: string): ImageHeader {
  checkImageStart(bytes.subarray(0, 1024), url)
  const header = imageHeader(bytes.subarray(0, HEADER_BYTES))
  if (!header) throw refuse(url, 'its header tells no size in pixels')
  const { format, width, height } = header
  if (width * height > MOST_PIXELS)
    throw refuse(url, `it has ${width} x ${height} pixels; the labeling service takes ${MOST_PIXELS} at most`)
  if (!isWholeImage(bytes, format)) throw refuse(url, `it is cut off: its ${bytes.length} bytes lack the image's end`)
  return header
}
