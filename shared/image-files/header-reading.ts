/** Format and size of an image, from its first bytes. */
export interface ImageHeader {
  readonly format: 'jpg' | 'png'
  /** Size in pixels as stored, without EXIF rotation. */
  readonly width: number
  readonly height: number
  /** EXIF orientation of a JPEG, 1 to 8; absent when it has none. */
  readonly orientation?: number
}

/** What the first bytes of a file say: its header, why it cannot be shown, or that the header does not end there. */
export type HeaderReading = ImageHeader | { readonly problem: string } | 'incomplete'
