import type { ImageHeader } from './header-reading.ts'

type Format = ImageHeader['format']

/** Extensions of image formats, and which of them are of JPEG and PNG. Other extensions say nothing about the format. */
const FORMATS: Readonly<Record<string, Format | 'other'>> = {
  jpg: 'jpg',
  jpeg: 'jpg',
  jpe: 'jpg',
  jfif: 'jpg',
  png: 'png',
  ...Object.fromEntries(
    ['gif', 'webp', 'bmp', 'tif', 'tiff', 'heic', 'heif', 'avif', 'svg', 'ico'].map((extension) => [
      extension,
      'other',
    ]),
  ),
}

export const CONTENT_TYPES: Readonly<Record<Format, string>> = { jpg: 'image/jpeg', png: 'image/png' }

/** Returns the extension of a key or URI in lower case; empty without one. */
const readExtension = (name: string): string => /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** The extensions that a copy may have. */
export const COPY_EXTENSIONS = ['jpg', 'jpeg', 'png'] as const

/** Returns the extension of an image's copy: that of its source where a copy may have it, else `jpg`. Pure. */
export function copyExtension(source: string): (typeof COPY_EXTENSIONS)[number] {
  const extension = readExtension(source)
  return COPY_EXTENSIONS.find((one) => one === extension) ?? 'jpg'
}

/** Returns the extension by which the name of an image claims another format than it has; `undefined` when none does. Pure. */
export function findMismatch(names: readonly string[], format: Format): string | undefined {
  const extensions = names.map(readExtension)
  return extensions.find((extension) => Object.hasOwn(FORMATS, extension) && FORMATS[extension] !== format)
}
