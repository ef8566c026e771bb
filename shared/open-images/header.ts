import { isUtf8 } from 'node:buffer'
import { AppError } from '../contracts/errors.ts'
import { FLAGS, type Flag } from '../contracts/flags.ts'
import { LF } from '../platform/storage/ascii.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { describeImpostor, describeNotUtf8 } from '../platform/storage/text-format.ts'
import { describeNotCsv } from './text-file.ts'

/** Index of each column of a box CSV, from 0. The flags are undefined in files of 2017, which have none. */
export interface Columns {
  readonly count: number
  readonly imageId: number
  readonly classId: number
  readonly xMin: number
  readonly xMax: number
  readonly yMin: number
  readonly yMax: number
  readonly flags: Readonly<Record<Flag, number | undefined>>
}

/** The published headers have about a hundred bytes, so a longer first line is no header. */
export const MAX_HEADER_BYTES = 4096

/**
 * Finds the columns by their names, however these are spaced, quoted or capitalized: a flag whose column is not recognized
 * would be lost. Other columns are allowed anywhere. Pure.
 * @param line the first line, without its line end
 * @throws AppError `bad-source` when it is not the header of a box CSV, naming what it looks like instead
 */
export function parseHeader(line: string): Columns {
  const names = line.split(',').map(foldColumnName)
  const find = (name: string): number => {
    const at = names.indexOf(foldColumnName(name))
    if (at < 0) throw invalidHeader(line, `must contain the column ${name}`)
    if (names.includes(foldColumnName(name), at + 1))
      throw invalidHeader(line, `must contain the column ${name} only once`)
    return at
  }
  const findFlag = (flag: Flag) => (names.includes(foldColumnName(FLAGS[flag])) ? find(FLAGS[flag]) : undefined)
  return {
    count: names.length,
    imageId: find('ImageID'),
    classId: find('LabelName'),
    xMin: find('XMin'),
    xMax: find('XMax'),
    yMin: find('YMin'),
    yMax: find('YMax'),
    flags: {
      isOccluded: findFlag('isOccluded'),
      isTruncated: findFlag('isTruncated'),
      isGroupOf: findFlag('isGroupOf'),
      isDepiction: findFlag('isDepiction'),
      isInside: findFlag('isInside'),
    },
  }
}

/** Folds a column's name for comparisons: no byte order mark, line end, blanks and quotes around it; lower case. Pure. */
export const foldColumnName = (name: string): string =>
  name
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim()
    .toLowerCase()

/** The header of a box CSV. */
export interface Header {
  readonly columns: Columns
  /** Offset of the first row. */
  readonly rowsFrom: number
}

/** Reads the header of a stored box CSV with one small read. @throws AppError `bad-source` */
export async function readHeader(source: ByteSource): Promise<Header> {
  const bytes = await source.read(0, Math.min(MAX_HEADER_BYTES, source.size))
  const message = describeNotCsv(bytes)
  if (message !== undefined) throw badHeader(message)
  const lineEnd = bytes.indexOf(LF)
  const lineBytes = bytes.subarray(0, lineEnd < 0 ? bytes.length : lineEnd)
  const line = Buffer.from(lineBytes).toString('utf8').replace(/\r+$/, '')
  if (lineEnd < 0 && bytes.length < source.size) throw invalidHeader(line, `must end within ${MAX_HEADER_BYTES} bytes`)
  if (!isUtf8(lineBytes)) throw badHeader(describeNotUtf8(lineBytes))
  return { columns: parseHeader(line), rowsFrom: lineEnd < 0 ? source.size : lineEnd + 1 }
}

function invalidHeader(line: string, issue: string): AppError {
  const empty = line.trim() === '' ? 'must be the header, not an empty line' : undefined
  const message = empty ?? describeImpostor(line) ?? issue
  return badHeader(`${message} (the line is ${JSON.stringify(line.slice(0, 80))})`)
}

const badHeader = (message: string): AppError =>
  new AppError('bad-source', `annotations-bbox.csv, line 1, byte 0: ${message}.`)
