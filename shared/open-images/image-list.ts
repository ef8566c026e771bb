import { parse } from 'csv-parse/sync'
import { AppError } from '../contracts/errors.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { lineBlocks } from '../platform/storage/line-blocks.ts'
import { readAhead } from '../platform/storage/read-ahead.ts'

/** License, author and rotation of an image, from the published list. Fields that the list leaves empty are absent. */
export interface ImageFacts {
  readonly license?: string
  readonly author?: string
  readonly title?: string
  readonly 'landing-page'?: string
  /** Counter-clockwise degrees that turn the image upright. */
  readonly rotation?: number
}

/** A quoted title may span lines. A file with longer records is broken. */
const MAX_RECORD_LINES = 100

/**
 * Finds the facts about these images in an image list (`images.csv`). Stops when all are found.
 * The result lacks images that are not in the list. Holds one range and the result.
 * @throws AppError `bad-source` when the first column is not ImageID
 */
export async function findImageFacts(
  source: ByteSource,
  imageIds: ReadonlySet<string>,
): Promise<Map<string, ImageFacts>> {
  const found = new Map<string, ImageFacts>()
  let header: readonly string[] | undefined
  let record: string[] = []
  for await (const { bytes } of lineBlocks(readAhead(source))) {
    for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
      if (!header) {
        header = parseImageListHeader(line)
        continue
      }
      if (record.length === 0 && !imageIds.has(line.slice(0, line.indexOf(',')))) continue
      record.push(line)
      const text = record.join('\n')
      if (hasOpenQuote(text)) {
        if (record.length >= MAX_RECORD_LINES) throw unclosedQuote(record[0] ?? '')
        continue
      }
      record = []
      const [fields = []] = parse(text, { relax_column_count: true, relax_quotes: true })
      found.set(fields[0] ?? '', toImageFacts(header, fields))
      if (found.size === imageIds.size) return found
    }
  }
  return found
}

/**
 * Returns the column names of an image list. Pure.
 * @param line its first line
 * @throws AppError `bad-source` when the first column is not ImageID
 */
export function parseImageListHeader(line: string): string[] {
  const names = line
    .replace(/^\uFEFF/, '')
    .replace(/\r$/, '')
    .split(',')
  if (names[0] === 'ImageID') return names
  throw new AppError(
    'bad-source',
    `images.csv, line 1, byte 0: the first column must be ImageID, not ${JSON.stringify(names[0]?.slice(0, 40))}.`,
  )
}

const unclosedQuote = (line: string): AppError =>
  new AppError(
    'bad-source',
    `images.csv: the quote in the row of ${line.slice(0, 16)} must end within ${MAX_RECORD_LINES} lines.`,
  )

const hasOpenQuote = (text: string): boolean => (text.split('"').length - 1) % 2 === 1

function toImageFacts(header: readonly string[], fields: readonly string[]): ImageFacts {
  const text = (name: string): string | undefined => fields[header.indexOf(name)] || undefined
  const license = text('License')
  const author = text('Author')
  const title = text('Title')
  const landingPage = text('OriginalLandingURL')
  const rotation = text('Rotation')
  return {
    ...(license && { license }),
    ...(author && { author }),
    ...(title && { title }),
    ...(landingPage && { 'landing-page': landingPage }),
    ...(rotation && Number.isFinite(Number(rotation)) && { rotation: Number(rotation) }),
  }
}
