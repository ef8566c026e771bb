import { MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS } from '../../contracts/image-limits.ts'
import type { ImageCopy } from '../../copying/copy-image.ts'
import type { Omission } from './omissions.ts'

/** Returns why an image is larger than the labeling service accepts; undefined where it is not, or its size is unknown. Pure. */
export function findExcess({ bytes = 0, width = 0, height = 0 }: Partial<ImageCopy>): Omission | undefined {
  if (bytes > MAX_IMAGE_BYTES)
    return { outcome: 'too-many-bytes', reason: `it has ${format(bytes)} of at most ${format(MAX_IMAGE_BYTES)} bytes` }
  if (width * height > MAX_IMAGE_PIXELS)
    return {
      outcome: 'too-many-pixels',
      reason: `its ${width} x ${height} pixels are ${format(width * height)} of at most ${format(MAX_IMAGE_PIXELS)}`,
    }
  return undefined
}

const format = (count: number): string => count.toLocaleString('en-US')
