import { AppError } from '../contracts/errors.ts'
import { type ImageHeader, imageHeader } from '../platform/storage/image-header.ts'
import { describeImpostor } from '../platform/storage/text-format.ts'
import { isWholeImage } from './whole-image.ts'

/** Limits of the labeling service. @see https://docs.aws.amazon.com/sagemaker/latest/dg/input-data-limits.html */
export const MAX_IMAGE_BYTES = 40_000_000
export const MAX_PIXELS = 100_000_000

/** The size in pixels is expected within the first mebibyte. */
const HEADER_BYTES = 1 << 20

/** The signatures of JPEG and PNG, as latin1. */
const SIGNATURES = ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n']

/** Image formats that the labeling service does not support, by their first bytes. SVG is detected by `isSvg`. */
const OTHER_FORMATS: readonly (readonly [name: string, start: RegExp])[] = [
  ['GIF', /^GIF8/],
  ['WebP', /^RIFF.{4}WEBP/s],
  ['AVIF', /^.{4}ftypavi[fs]/s],
  ['HEIC', /^.{4}ftyp(hei|mif1)/s],
  ['BMP', /^BM.{4}\0{4}/s],
  ['TIFF', /^(II\*\0|MM\0\*)/],
]

/** Constructs that may precede the root element of an SVG file, by their beginning and end. */
const SVG_PROLOG: readonly (readonly [begin: string, end: string])[] = [
  ['<?xml', '>'],
  ['<!--', '-->'],
  ['<!doctype svg', '>'],
]

const refuse = (url: string, problem: string) =>
  new AppError('bad-source', `${url} is not a supported image: ${problem}.`)

/**
 * Checks by the first bytes that a file is a JPEG or PNG. Pure.
 * @param start the first kilobyte
 * @param url for messages
 * @throws AppError `bad-source` naming the format that was detected instead
 */
export function checkImageStart(start: Uint8Array, url: string): void {
  const text = Buffer.from(start).toString('latin1')
  if (start.length === 0) throw refuse(url, 'it is empty')
  if (SIGNATURES.some((signature) => text.startsWith(signature))) return
  const format = isSvg(text) ? 'SVG' : OTHER_FORMATS.find(([, pattern]) => pattern.test(text))?.[0]
  if (format) throw refuse(url, `it is ${format}; the labeling service supports JPEG and PNG only`)
  throw refuse(url, describeImpostor(text) ?? 'it has no JPEG or PNG signature')
}

/** Skips the prolog step by step. A single regular expression for it could backtrack catastrophically. */
function isSvg(start: string): boolean {
  let rest = start.trimStart().toLowerCase()
  let end = findPrologEnd(rest)
  while (end !== undefined) {
    const at = rest.indexOf(end)
    if (at < 0) return false
    rest = rest.slice(at + end.length).trimStart()
    end = findPrologEnd(rest)
  }
  return rest.startsWith('<svg')
}

const findPrologEnd = (text: string): string | undefined => SVG_PROLOG.find(([begin]) => text.startsWith(begin))?.[1]

/**
 * Returns the format and the size in pixels of a whole image. Pure.
 * @throws AppError `bad-source` when it is not an image, is truncated, or exceeds the limits of the labeling service
 */
export function inspectImage(bytes: Uint8Array, url: string): ImageHeader {
  checkImageStart(bytes.subarray(0, 1024), url)
  const header = imageHeader(bytes.subarray(0, HEADER_BYTES))
  if (!header) throw refuse(url, 'its header has no size in pixels')
  const { format, width, height } = header
  if (width * height > MAX_PIXELS)
    throw refuse(url, `it must have at most ${MAX_PIXELS} pixels, not ${width} x ${height}`)
  if (!isWholeImage(bytes, format))
    throw refuse(url, `it is truncated: the end of the image is missing after ${bytes.length} bytes`)
  return header
}
