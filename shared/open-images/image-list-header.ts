import { isUtf8 } from 'node:buffer'
import { CsvError, parse } from 'csv-parse/sync'
import { AppError } from '../contracts/errors.ts'
import { LF } from '../platform/storage/ascii.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { describeNotUtf8 } from '../platform/storage/text-format.ts'
import { foldColumnName, MAX_HEADER_BYTES } from './header.ts'
import { describeNotCsv } from './text-file.ts'

/** What is read of each image, with its column in the published lists. */
export const FACT_COLUMNS = {
  license: 'License',
  author: 'Author',
  title: 'Title',
  landingPage: 'OriginalLandingURL',
  rotation: 'Rotation',
} as const
export type FactName = keyof typeof FACT_COLUMNS
const FACT_NAMES = Object.keys(FACT_COLUMNS) as FactName[]

/** Columns of an image list. The image id is in the first one. */
export interface ListColumns {
  readonly count: number
  /** Column of each fact that the list has. */
  readonly facts: ReadonlyMap<FactName, number>
}

/** The header of an image list. */
export interface ListHeader {
  readonly columns: ListColumns
  /** Offset of the first row. */
  readonly rowsFrom: number
}

/**
 * Reads the header of a stored image list with one small read. Names are recognized however they are spaced, quoted or
 * capitalized; other columns are allowed.
 * @throws AppError `bad-source` when the first column is not ImageID or a column is repeated, and when the file is no CSV
 *   file in UTF-8
 */
export async function readListHeader(source: ByteSource): Promise<ListHeader> {
  const bytes = await source.read(0, Math.min(MAX_HEADER_BYTES, source.size))
  const lineEnd = bytes.indexOf(LF)
  const lineBytes = bytes.subarray(0, lineEnd < 0 ? bytes.length : lineEnd)
  const foreign = describeNotCsv(bytes) ?? (isUtf8(lineBytes) ? undefined : describeNotUtf8(lineBytes))
  const line = Buffer.from(lineBytes).toString('utf8').trim()
  if (foreign !== undefined)
    throw invalidHeader(`the first column must be ImageID${quoteText(line)}; the file ${foreign}`)
  if (line === '') throw invalidHeader('must be the header, not an empty line')
  if (lineEnd < 0 && bytes.length < source.size) throw invalidHeader(`must end within ${MAX_HEADER_BYTES} bytes`)
  return { columns: findColumns(splitNames(line)), rowsFrom: lineEnd < 0 ? source.size : lineEnd + 1 }
}

/**
 * Checks that a list has anything to tell of its images.
 * @throws AppError `bad-source` when it has none of the known columns
 */
export function assertHasFacts({ facts }: ListColumns): void {
  if (facts.size > 0) return
  throw invalidHeader(`must contain a column that is read: ${Object.values(FACT_COLUMNS).join(', ')}`)
}

function findColumns(names: readonly string[]): ListColumns {
  const [first = ''] = names
  if (foldColumnName(first) !== 'imageid')
    throw invalidHeader(`the first column must be ImageID, not ${JSON.stringify(first.slice(0, 40))}`)
  const folded = names.map(foldColumnName)
  const facts = new Map<FactName, number>()
  for (const name of ['ImageID', ...Object.values(FACT_COLUMNS)]) {
    const column = folded.indexOf(foldColumnName(name))
    if (column >= 0 && folded.includes(foldColumnName(name), column + 1))
      throw invalidHeader(`must contain the column ${name} only once`)
  }
  for (const name of FACT_NAMES) {
    const column = folded.indexOf(foldColumnName(FACT_COLUMNS[name]))
    if (column >= 0) facts.set(name, column)
  }
  return { count: names.length, facts }
}

/** Splits the header as RFC 4180 says. Blanks after commas are allowed, also before a quote. */
function splitNames(line: string): string[] {
  try {
    const [names = []] = parse(line, { trim: true })
    return names
  } catch (error) {
    if (error instanceof CsvError) throw invalidHeader('must quote whole names and double the quotes in them')
    throw error
  }
}

/** Quotes what a line begins with, unless it is no text. */
const quoteText = (line: string): string =>
  /[\p{Cc}\uFFFD]/u.test(line) ? '' : `, not ${JSON.stringify(line.slice(0, 40))}`

const invalidHeader = (message: string): AppError =>
  new AppError('bad-source', `images.csv, line 1, byte 0: ${message}.`)
