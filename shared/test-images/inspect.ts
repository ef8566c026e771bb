import { AppError } from '../contracts/errors.ts'
import { MAX_IMAGE_PIXELS } from '../contracts/image-limits.ts'
import { findFormat } from '../image-files/formats.ts'
import type { ImageHeader } from '../image-files/header-reading.ts'
import { readImageHeader, unsupported } from '../image-files/image-header.ts'

const refuse = (url: string, problem: string) =>
  new AppError('bad-source', `${url} is not a supported image: ${problem}.`)

/**
 * Checks by the first bytes that a file is a JPEG or PNG. Pure.
 * @param start the first kilobyte
 * @param url for messages
 * @throws AppError `bad-source` naming the format that was detected instead
 */
export function checkImageStart(start: Uint8Array, url: string): void {
  if (start.length === 0) throw refuse(url, 'it is empty')
  const problem = unsupported(findFormat(start))
  if (problem) throw refuse(url, problem)
}

/**
 * Returns the format and the size in pixels of a whole image. Pure.
 * @throws AppError `bad-source` when it is not an image, is truncated, or exceeds the limits of the labeling service
 */
export function inspectImage(bytes: Uint8Array, url: string): ImageHeader {
  const header = readImageHeader(bytes, bytes.length)
  if (header === 'incomplete') throw new Error('the header of a whole file is never incomplete')
  if ('problem' in header) throw refuse(url, header.problem)
  const { width, height } = header
  if (width * height > MAX_IMAGE_PIXELS)
    throw refuse(url, `it must have at most ${MAX_IMAGE_PIXELS} pixels, not ${width} x ${height}`)
  return header
}
