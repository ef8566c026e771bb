import type { DatasetView } from '../../shared/contracts/dataset.ts'
import { findImageFacts } from '../../shared/open-images/image-list.ts'
import type { Objects } from './objects.ts'

export interface Credit {
  readonly author: string
  readonly license: string
}

/** Reads author and license of images from the image list of the dataset. */
export async function readCredits(
  images: readonly { readonly imageId: string }[],
  { sources }: Pick<DatasetView, 'sources'>,
  objects: Objects,
): Promise<Map<string, Credit>> {
  if (sources.images === undefined) return new Map()
  const list = await objects.read(sources.images)
  const source = { size: list.length, etag: '', read: async (start: number, end: number) => list.subarray(start, end) }
  const facts = await findImageFacts(source, new Set(images.map(({ imageId }) => imageId)))
  const credits = [...facts].map(([imageId, { author = 'unknown', license = 'unknown' }]) => {
    return [imageId, { author: unescapeHtml(author), license: abbreviateLicense(license) }] as const
  })
  return new Map(credits)
}

/** Decodes the HTML character references in the author names of the image list. */
const unescapeHtml = (text: string): string =>
  text.replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))

/** `https://creativecommons.org/licenses/by/2.0/` is `CC BY 2.0`. */
function abbreviateLicense(license: string): string {
  const [, kind, version] = /creativecommons\.org\/licenses\/([a-z-]+)\/([\d.]+)/.exec(license) ?? []
  return kind === undefined ? license : `CC ${kind.toUpperCase()} ${version}`
}
