import { AppError } from '../contracts/errors.ts'
import { FLAGS, type Flag } from '../contracts/flags.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { describeImpostor } from './text-file.ts'

/** Where each column of a box CSV is, counted from 0. Files of 2017 have no flags: theirs are undefined. */
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

/** The published headers have some hundred bytes; one that does not end here is none. */
export const MAX_HEADER_BYTES = 4096

/**
 * Finds the columns by their names; further columns are allowed anywhere.
 * @param line the first line, without its line end
 * @throws AppError `bad-source` when it is no box CSV, saying what it looks like instead
 */
export function parseHeader(line: string): Columns {
  const names = line.replace(/^\uFEFF/, '').split(',')
  const find = (name: string): number => {
    const at = names.indexOf(name)
    if (at < 0) throw noHeader(line, `the column ${name} is missing`)
    if (names.includes(name, at + 1)) throw noHeader(line, `the column ${name} occurs twice`)
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

/** What a box CSV's first line says, and where the rows begin. */
export interface Header {
  readonly columns: Columns
  /** First byte of the first row. */
  readonly rowsFrom: number
}

/** The header of a stored box CSV: one small read. @throws AppError `bad-source` */
export async function readHeader(source: ByteSource): Promise<Header> {
  const bytes = await source.read(0, Math.min(MAX_HEADER_BYTES, source.size))
  const lineEnd = bytes.indexOf(0x0a)
  const line = Buffer.from(bytes.subarray(0, lineEnd < 0 ? bytes.length : lineEnd))
    .toString('utf8')
    .replace(/\r$/, '')
  if (lineEnd < 0 && bytes.length < source.size)
    throw noHeader(line, `the first line does not end within ${MAX_HEADER_BYTES} bytes`)
  return { columns: parseHeader(line), rowsFrom: lineEnd < 0 ? source.size : lineEnd + 1 }
}

function noHeader(line: string, missing: string): AppError {
  const shown = JSON.stringify(line.slice(0, 80))
  const empty = line.trim() === '' ? 'an empty first line where the header should be' : undefined
  const problem = empty ?? describeImpostor(line) ?? missing
  return new AppError('bad-source', `annotations-bbox.csv, line 1, byte 0: ${problem} (the line is ${shown}).`)
}
