import type { Flag } from '../contracts/flags.ts'
import type { Columns } from './header.ts'

/** 1 yes, 0 no, -1 unknown. */
export type FlagValue = 1 | 0 | -1

/** One CSV row: a class boxed in an image. Corners are fractions 0..1 of the image, origin top left. */
export interface Annotation extends Readonly<Record<Flag, FlagValue>> {
  readonly imageId: string
  readonly classId: string
  readonly xMin: number
  readonly xMax: number
  readonly yMin: number
  readonly yMax: number
}

/**
 * A row of a file that was checked when it was imported; this checks nothing again.
 * Corners are the nearest doubles to the text; a flag that the file does not have is unknown.
 * @param line its line end may be there or not
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
    isOccluded: flagOf(fields, flags.isOccluded),
    isTruncated: flagOf(fields, flags.isTruncated),
    isGroupOf: flagOf(fields, flags.isGroupOf),
    isDepiction: flagOf(fields, flags.isDepiction),
    isInside: flagOf(fields, flags.isInside),
  }
}

function flagOf(fields: readonly string[], column: number | undefined): FlagValue {
  const value = column === undefined ? undefined : fields[column]
  if (value === '1') return 1
  return value === '0' ? 0 : -1
}
