import { IMAGE_ID_BYTES } from '../contracts/image-id.ts'
import { QUOTE } from '../platform/storage/ascii.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { lineBlocks } from '../platform/storage/line-blocks.ts'
import { readAhead } from '../platform/storage/read-ahead.ts'
import { type FactName, type ListColumns, readListHeader } from './image-list-header.ts'
import { fieldText, type ListRow } from './image-list-row.ts'
import { listWalker } from './walk-image-list.ts'

/** License, author and rotation of an image, from the published list. Fields that the list leaves empty are absent. */
export interface ImageFacts {
  readonly license?: string
  readonly author?: string
  readonly title?: string
  readonly 'landing-page'?: string
  /** Counter-clockwise degrees that turn the image upright. */
  readonly rotation?: number
}

/**
 * Finds the facts about these images in an image list (`images.csv`), by the rules by which an import checks its rows. Of
 * several rows of an image, the first counts. Stops when all are found. The result lacks images that are not in the list,
 * and those whose row is invalid, which a list can have that an older version imported. Holds one range and the result.
 * @throws AppError `bad-source` when the first column is not ImageID
 */
export async function findImageFacts(
  source: ByteSource,
  imageIds: ReadonlySet<string>,
): Promise<Map<string, ImageFacts>> {
  const { columns, rowsFrom } = await readListHeader(source)
  const found = new Map<string, ImageFacts>()
  const { walk, end } = listWalker(columns, {
    skips: (bytes, line) => {
      const imageId = readId(bytes, bytes[line] === QUOTE ? line + 1 : line)
      return !imageIds.has(imageId) || found.has(imageId)
    },
    row: (bytes, row) => {
      found.set(readId(bytes, row.starts[0] ?? 0), toImageFacts(bytes, row, columns))
      return undefined
    },
    issue: () => true,
  })
  if (imageIds.size === 0) return found
  for await (const block of lineBlocks(readAhead(source, { from: rowsFrom }), rowsFrom)) {
    walk(block)
    if (found.size === imageIds.size) return found
  }
  end(source.size)
  return found
}

const readId = (bytes: Buffer, start: number): string =>
  bytes.toString('latin1', start, start + IMAGE_ID_BYTES).toLowerCase()

function toImageFacts(bytes: Buffer, row: ListRow, { facts }: ListColumns): ImageFacts {
  const text = (name: FactName): string | undefined => {
    const column = facts.get(name)
    return (column !== undefined && fieldText(bytes, row, column)) || undefined
  }
  const license = text('license')
  const author = text('author')
  const title = text('title')
  const landingPage = text('landingPage')
  const rotation = text('rotation')
  return {
    ...(license && { license }),
    ...(author && { author }),
    ...(title && { title }),
    ...(landingPage && { 'landing-page': landingPage }),
    ...(rotation && Number.isFinite(Number(rotation)) && { rotation: Number(rotation) }),
  }
}
