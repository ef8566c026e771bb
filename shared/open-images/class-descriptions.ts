import { CsvError, parse } from 'csv-parse/sync'
import { isClassId } from './class-id.ts'
import { invalidText, readText } from './text-file.ts'

/** A class and its display name. */
export interface ClassDescription {
  readonly classId: string
  readonly className: string
}

const HEADER = /^[A-Za-z][A-Za-z _]*$/
const CONTROL = /\p{Cc}/u

/**
 * The rows `/m/0h9mv,Tire` of a class description file, in file order, names trimmed.
 * Lines may end in CRLF or LF, mixed as in the published file; names may be quoted; a header row is passed over.
 * @param fileName for messages
 * @throws AppError `bad-source` naming line and byte of the first row that is anything else
 */
export function parseClassDescriptions(bytes: Uint8Array, fileName: string): ClassDescription[] {
  readText(bytes, fileName)
  const classes = new Map<string, ClassDescription>()
  let start = 0
  const take = (row: string[], end: number): null => {
    const problem = start === 0 && isHeader(row) ? undefined : takeRow(row, classes)
    if (problem !== undefined) throw invalidText(fileName, bytes, start, problem)
    start = end
    return null
  }
  try {
    // No row is kept by the parser; each is checked while the place it began at is still known.
    parse(bytes, { ...FORM, on_record: (row: string[], info) => take(row, info.bytes) })
  } catch (error) {
    if (error instanceof CsvError) throw invalidText(fileName, bytes, start, quoteProblem(error), error)
    throw error
  }
  if (classes.size === 0) throw invalidText(fileName, bytes, 0, 'there is a header but no class below it')
  return [...classes.values()]
}

const FORM = { bom: true, record_delimiter: ['\r\n', '\n'], relax_column_count: true }

const isHeader = ([first = '', ...others]: readonly string[]): boolean => HEADER.test(first) && others.length === 1

/** Adds the row's class, or says what is wrong with the row. */
function takeRow(row: readonly string[], classes: Map<string, ClassDescription>): string | undefined {
  const [classId = '', name = ''] = row
  const className = name.trim()
  if (row.length === 1 && classId === '') return 'the line is blank; a row is a class id and a name'
  if (row.length !== 2)
    return `columns: ${row.length}, where 2 are due, a class id and a name (quoted if it holds a comma)`
  if (!isClassId(classId)) return `${JSON.stringify(classId.slice(0, 80))} is no class id such as /m/0h9mv`
  if (className === '') return `the class ${classId} has no name`
  if (CONTROL.test(className)) return `the name of ${classId} holds a line break or another control character`
  if (classes.has(classId)) return `the class ${classId} occurs a second time`
  classes.set(classId, { classId, className })
  return undefined
}

const quoteProblem = ({ code }: CsvError): string =>
  code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'a quoted name begins here and never ends'
    : 'a quote stands inside a name; quote the whole name and double the quotes in it'
