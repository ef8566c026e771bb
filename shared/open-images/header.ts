import { AppError } from '../contracts/errors.ts'
import { FLAGS, type Flag } from '../contracts/flags.ts'
import { LF } from '../platform/storage/ascii.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { describeImpostor } from '../platform/storage/impostor.ts'

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
 * Finds the columns by their names. Other columns are allowed anywhere. Pure.
 * @param line the first line, without its line end
 * @throws AppError `bad-source` when it is not the header of a box CSV, naming what it looks like instead
 */
export function parseHeader(line: string): Columns {
  const names = line.replace(/^\uFEFF/, '').split(',')
  const find = (name: string): number => {
    const at = names.indexOf(name)
    if (at < 0) throw invalidHeader(line, `must contain the column ${name}`)
    if (names.includes(name, at + 1)) throw invalidHeader(line, `must contain the column ${name} only once`)
    return at
  }
  const findFlag = (flag: Flag) => (names.includes(FLAGS[flag]) ? find(FLAGS[flag]) : undefined)
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

/** The header of a box CSV. */
export interface Header {
  readonly columns: Columns
  /** Offset of the first row. */
  readonly rowsFrom: number
}

/** Reads the header of a stored box CSV with one small read. @throws AppError `bad-source` */
export async function readHeader(source: ByteSource): Promise<Header> {
  const bytes = await source.read(0, Math.min(MAX_HEADER_BYTES, source.size))
  const lineEnd = bytes.indexOf(LF)
  const line = Buffer.from(bytes.subarray(0, lineEnd < 0 ? bytes.length : lineEnd))
    .toString('utf8')
    .replace(/\r$/, '')
  if (lineEnd < 0 && bytes.length < source.size) throw invalidHeader(line, `must end within ${MAX_HEADER_BYTES} bytes`)
  return { columns: parseHeader(line), rowsFrom: lineEnd < 0 ? source.size : lineEnd + 1 }
}

function invalidHeader(line: string, issue: string): AppError {
  const empty = line.trim() === '' ? 'must be the header, not an empty line' : undefined
  const message = empty ?? describeImpostor(line) ?? issue
  return new AppError(
    'bad-source',
    `annotations-bbox.csv, line 1, byte 0: ${message} (the line is ${JSON.stringify(line.slice(0, 80))}).`,
  )
}
