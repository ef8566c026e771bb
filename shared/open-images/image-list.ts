import { parse } from 'csv-parse/sync'
import { AppError } from '../contracts/errors.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { lineBlocks } from '../platform/storage/line-blocks.ts'
import { readAhead } from '../platform/storage/read-ahead.ts'

/** Whose an image is and how it may be used, as the published list says; what the list does not say is left out. */
export interface ImageFacts {
  readonly license?: string
  readonly author?: string
  readonly title?: string
  readonly 'landing-page'?: string
  /** Degrees counter-clockwise by which the image must be turned to be upright. */
  readonly rotation?: number
}

/** A quoted title may go on over lines; one that goes on for longer than this is a broken file. */
const MOST_LINES_IN_RECORD = 100

/**
 * Facts about these images from an image list (`images.csv`), read until all are found.
 * An image that the list does not name is not in the answer. Holds one range and the answer.
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
      if (isOpenQuote(text)) {
        if (record.length >= MOST_LINES_IN_RECORD) throw endlessQuote(record[0] ?? '')
        continue
      }
      record = []
      const [fields = []] = parse(text, { relax_column_count: true, relax_quotes: true })
      found.set(fields[0] ?? '', factsOf(header, fields))
      if (found.size === imageIds.size) return found
    }
  }
  return found
}

/** Names of an image list's columns, from its first line. @throws AppError `bad-source` when the first is not ImageID */
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

const endlessQuote = (line: string): AppError =>
  new AppError(
    'bad-source',
    `images.csv: the row of ${line.slice(0, 16)} has a quote that does not end within ${MOST_LINES_IN_RECORD} lines.`,
  )

const isOpenQuote = (text: string): boolean => (text.split('"').length - 1) % 2 === 1

function factsOf(header: readonly string[], fields: readonly string[]): ImageFacts {
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
