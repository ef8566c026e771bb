import { type Columns, FLAG_NAMES, type Flag } from './header.ts'

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
 * @param line without its line feed; a carriage return at the end is dropped
 */
export function parseRow(line: string, columns: Columns): Annotation {
  const fields = (line.endsWith('\r') ? line.slice(0, -1) : line).split(',')
  const text = (column: number): string => fields[column] ?? ''
  const flags = Object.fromEntries(FLAG_NAMES.map((flag) => [flag, flagOf(fields, columns.flags[flag])]))
  return {
    imageId: text(columns.imageId),
    classId: text(columns.classId),
    xMin: Number(text(columns.xMin)),
    xMax: Number(text(columns.xMax)),
    yMin: Number(text(columns.yMin)),
    yMax: Number(text(columns.yMax)),
    // Object.fromEntries forgets its keys: they are FLAG_NAMES, all of them.
    ...(flags as Record<Flag, FlagValue>),
  }
}

function flagOf(fields: readonly string[], column: number | undefined): FlagValue {
  const value = column === undefined ? undefined : fields[column]
  if (value === '1') return 1
  return value === '0' ? 0 : -1
}
