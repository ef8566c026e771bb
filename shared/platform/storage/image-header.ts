import { disableTypes, imageSize, types } from 'image-size'

/** What the first bytes of an image tell. */
export interface ImageHeader {
  readonly format: 'jpg' | 'png'
  /** Size in pixels as stored, not turned by EXIF. */
  readonly width: number
  readonly height: number
}

/** The labeling service's formats. Others, such as SVG, have sizes that are no whole pixels. */
disableTypes(types.filter((type) => type !== 'jpg' && type !== 'png'))

/** The header of a JPEG or PNG image; undefined for what is neither, and where the header goes on behind these bytes. */
export function imageHeader(bytes: Uint8Array): ImageHeader | undefined {
  try {
    const { width, height, type } = imageSize(bytes)
    if (type !== 'jpg' && type !== 'png') return undefined
    return width > 0 && height > 0 ? { format: type, width, height } : undefined
  } catch {
    // The library throws both for what is no image and for a header that goes on.
    return undefined
  }
}
