import { imageSize } from 'image-size'
import { FileError, type Files } from '../files/s3-files.ts'
import type { Pixels } from './boxes.ts'

const MOST_BYTES = 40 << 20
const MOST_PIXELS = 100_000_000
/** Most headers lie in the first bytes; embedded profiles and previews push some further back. */
const HEADER_BYTES = [32 << 10, 1 << 20]

/**
 * Size of an image as it is stored, not turned by EXIF, read from its header.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/input-data-limits.html
 * @throws FileError when it cannot be read, is no JPEG or PNG, or is too large to be labeled
 */
export async function imagePixels(uri: string, files: Pick<Files, 'start'>): Promise<Pixels> {
  for (const most of HEADER_BYTES) {
    const { bytes, size } = await files.start(uri, most)
    if (size > MOST_BYTES) throw new FileError(`${uri} has ${size} bytes; ${MOST_BYTES} are allowed`)
    const pixels = pixelsIn(bytes)
    if (pixels && pixels.width * pixels.height > MOST_PIXELS)
      throw new FileError(`${uri} has more than ${MOST_PIXELS} pixels`)
    if (pixels) return pixels
    if (bytes.length >= size) break
  }
  throw new FileError(`${uri} is no JPEG or PNG that can be read`)
}

function pixelsIn(header: Uint8Array): Pixels | undefined {
  try {
    const { width, height, type } = imageSize(header)
    return (type === 'jpg' || type === 'png') && width > 0 && height > 0 ? { width, height } : undefined
  } catch {
    // The library throws both for what is no image and for a header that goes on.
    return undefined
  }
}
