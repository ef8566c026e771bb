import { disableTypes, imageSize, types } from 'image-size'

/** Format and size of an image, from its first bytes. */
export interface ImageHeader {
  readonly format: 'jpg' | 'png'
  /** Size in pixels as stored, without EXIF rotation. */
  readonly width: number
  readonly height: number
}

// The labeling service accepts JPEG and PNG. Other formats, such as SVG, may have fractional sizes.
disableTypes(types.filter((type) => type !== 'jpg' && type !== 'png'))

/** Reads the header of a JPEG or PNG image. Returns undefined for other data, or if the header does not end within `bytes`. Pure. */
export function imageHeader(bytes: Uint8Array): ImageHeader | undefined {
  try {
    const { width, height, type } = imageSize(bytes)
    if (type !== 'jpg' && type !== 'png') return undefined
    return width > 0 && height > 0 ? { format: type, width, height } : undefined
  } catch {
    // The library throws for other data and for an incomplete header alike.
    return undefined
  }
}
