import { CsvError, parse } from 'csv-parse/sync'
import { LF } from '../platform/storage/ascii.ts'
import { isClassId } from './class-id.ts'
import { type ClassLimits, NO_LIMITS } from './class-limits.ts'
import { describeNotCsv, invalidText, readText } from './text-file.ts'

/** A class and its display name. */
export interface ClassDescription {
  readonly classId: string
  readonly className: string
}

const HEADER = /^[A-Za-z][A-Za-z _]*$/
const CONTROL = /\p{Cc}/u

/**
 * Parses a class description file with rows like `/m/0h9mv,Tire`. Returns them in file order, names trimmed.
 * Lines may end in CRLF or LF, mixed as in the published file. Names may be quoted. A header row is skipped.
 * @param fileName for messages
 * @param limits of an import
 * @throws AppError `bad-source` naming line and byte of the first invalid row
 */
export function parseClassDescriptions(
  bytes: Uint8Array,
  fileName: string,
  limits: ClassLimits = NO_LIMITS,
): ClassDescription[] {
  readText(bytes, fileName)
  const message = describeNotCsv(bytes)
  if (message !== undefined) throw invalidText(fileName, bytes, 0, message)
  const longLine = findLongLine(bytes, limits)
  if (longLine !== undefined)
    throw invalidText(fileName, bytes, longLine, `must be a line of at most ${limits.lineBytes} bytes`)
  const classes = new Map<string, ClassDescription>()
  let start = 0
  const addRow = (row: string[], end: number): null => {
    const message = start === 0 && isHeader(row) ? undefined : addClass(row, classes, limits)
    if (message !== undefined) throw invalidText(fileName, bytes, start, message)
    start = end
    return null
  }
  try {
    // Returning null keeps the parser from collecting rows. Each row is checked while its offset is known.
    parse(bytes, { ...FORM, on_record: (row: string[], info) => addRow(row, info.bytes) })
  } catch (error) {
    if (error instanceof CsvError) throw invalidText(fileName, bytes, start, describeQuoteError(error), error)
    throw error
  }
  if (classes.size === 0) throw invalidText(fileName, bytes, 0, 'must contain a class below its header')
  return [...classes.values()]
}

const FORM = { bom: true, record_delimiter: ['\r\r\n', '\r\n', '\n'], relax_column_count: true }

const isHeader = ([first = '', ...others]: readonly string[]): boolean => HEADER.test(first) && others.length === 1

/** Adds the row's class, or returns what is wrong with the row. */
function addClass(
  row: readonly string[],
  classes: Map<string, ClassDescription>,
  limits: ClassLimits,
): string | undefined {
  const [classId = '', name = ''] = row
  const className = name.trim()
  if (row.length === 1 && classId === '') return 'must be a class id and a name, not a blank line'
  if (row.length !== 2)
    return `must have 2 columns, a class id and a name (quoted if it contains a comma), not ${row.length}`
  if (!isClassId(classId))
    return `must begin with a class id such as /m/0h9mv, not ${JSON.stringify(classId.slice(0, 80))}`
  if (className === '') return `must give the class ${classId} a name`
  if (className.length > limits.nameCharacters)
    return `must give the class ${classId} a name of at most ${limits.nameCharacters} characters, not ${className.length}`
  if (CONTROL.test(className))
    return `must give the class ${classId} a name without line breaks and other control characters`
  if (classes.has(classId)) return `must not repeat the class ${classId}`
  if (classes.size >= limits.classes) return `must be one of at most ${limits.classes} classes`
  classes.set(classId, { classId, className })
  return undefined
}

const describeQuoteError = ({ code }: CsvError): string =>
  code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'must end the quoted name that begins here'
    : 'must quote the whole name and double the quotes in it'

/** Returns the offset of the first line that has more bytes than the limit; undefined if there is none. */
function findLongLine(bytes: Uint8Array, { lineBytes }: ClassLimits): number | undefined {
  for (let start = 0; start < bytes.length; ) {
    const lineEnd = bytes.indexOf(LF, start)
    const end = lineEnd < 0 ? bytes.length : lineEnd
    if (end - start > lineBytes) return start
    start = end + 1
  }
  return undefined
}
