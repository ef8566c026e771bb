import type { Flag } from '../contracts/flags.ts'
import type { Columns } from './header.ts'

/** 1 is yes, 0 is no, -1 is unknown. */
export type FlagValue = 1 | 0 | -1

/** One row of a box CSV. Corners are fractions 0..1 of the image, origin top left. */
export interface Annotation extends Readonly<Record<Flag, FlagValue>> {
  readonly imageId: string
  readonly classId: string
  readonly xMin: number
  readonly xMax: number
  readonly yMin: number
  readonly yMax: number
}

/**
 * Parses a row that the import has checked; checks nothing again. Pure.
 * Corners are the doubles nearest to the text. Flags that the file does not have are unknown.
 * @param line with or without its line end
 */
export function parseRow(line: string, columns: Columns): Annotation {
  const fields = line.trimEnd().split(',')
  const text = (column: number): string => fields[column] ?? ''
  const { flags } = columns
  return {
    imageId: text(columns.imageId),
    classId: text(columns.classId),
    xMin: Number(text(columns.xMin)),
    xMax: Number(text(columns.xMax)),
    yMin: Number(text(columns.yMin)),
    yMax: Number(text(columns.yMax)),
    isOccluded: parseFlag(fields, flags.isOccluded),
    isTruncated: parseFlag(fields, flags.isTruncated),
    isGroupOf: parseFlag(fields, flags.isGroupOf),
    isDepiction: parseFlag(fields, flags.isDepiction),
    isInside: parseFlag(fields, flags.isInside),
  }
}

function parseFlag(fields: readonly string[], column: number | undefined): FlagValue {
  const value = column === undefined ? undefined : fields[column]
  if (value === '1') return 1
  return value === '0' ? 0 : -1
}
