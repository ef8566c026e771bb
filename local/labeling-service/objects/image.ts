import { readImageHeader } from '../../../shared/image-files/image-header.ts'
import { FileError, type Files } from '../files/s3-files.ts'
import type { ImageSize } from './boxes.ts'

const MAX_IMAGE_BYTES = 40 << 20
const MAX_IMAGE_PIXELS = 100_000_000
/** Prefixes to read. Most headers are in the first; embedded profiles and previews move some further back. */
const HEADER_BYTES = [32 << 10, 1 << 20, 8 << 20]

/**
 * Reads the pixel size of an image from its header, without EXIF rotation.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/input-data-limits.html
 * @throws FileError when it cannot be read, is not a JPEG or PNG, or exceeds the limits of the service
 */
export async function readImageSize(uri: string, files: Pick<Files, 'start'>): Promise<ImageSize> {
  for (const headerBytes of HEADER_BYTES) {
    const { bytes, size } = await files.start(uri, headerBytes)
    if (size > MAX_IMAGE_BYTES) throw new FileError(`${uri} must have at most ${MAX_IMAGE_BYTES} bytes, not ${size}`)
    const header = readImageHeader(bytes, size)
    if (header === 'incomplete') continue
    if ('problem' in header) throw new FileError(`${uri} is not a readable JPEG or PNG: ${header.problem}`)
    const { width, height } = header
    if (width * height > MAX_IMAGE_PIXELS) throw new FileError(`${uri} has more than ${MAX_IMAGE_PIXELS} pixels`)
    return { width, height }
  }
  throw new FileError(`${uri} has a header of more than ${HEADER_BYTES.at(-1)} bytes`)
}
