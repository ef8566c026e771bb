import { FLAG_NAMES, FLAGS } from '../contracts/flags.ts'
import { IMAGE_ID } from '../contracts/image-id.ts'
import { isClassId } from './class-id.ts'
import type { Columns } from './header.ts'
import { NOT_CR } from './text-file.ts'

const DECIMAL = /^[01](\.\d+)?(e-\d+)?$|^\.\d+$|^\d(\.\d+)?e-\d+$/i

/**
 * Returns a function that checks the fields of one row and says what is wrong with it, or undefined. It is the complete
 * definition of a valid row; `plainRowReader` accepts a subset of it.
 */
export function rowIssueFinder(columns: Columns): (fields: readonly string[]) => string | undefined {
  const flagNames = new Map(FLAG_NAMES.map((flag) => [columns.flags[flag], FLAGS[flag]]))

  return (fields) => {
    const field = (column: number): string => fields[column] ?? ''
    const isWhole = fields.length === columns.count
    if ((!isWhole || field(columns.imageId) === '') && isBlank(fields)) return 'the row must not be blank'
    if (!isWhole && fields.some((text) => text.includes('\r'))) return `the file ${NOT_CR}`
    if (!isWhole) return `the row must have ${columns.count} columns like the header, not ${fields.length}`
    const imageId = field(columns.imageId)
    if (!IMAGE_ID.test(imageId)) return `ImageID must be 16 digits and letters a to f, not ${quote(imageId)}`
    const classId = field(columns.classId)
    if (!isClassId(classId)) return `LabelName must be a class id like /m/0h9mv, not ${quote(classId)}`
    const spanIssue =
      findSpanIssue(field(columns.xMin), field(columns.xMax), 'XMin', 'XMax') ??
      findSpanIssue(field(columns.yMin), field(columns.yMax), 'YMin', 'YMax')
    if (spanIssue !== undefined) return spanIssue
    for (const [column, name] of flagNames) {
      const flag = column === undefined ? '0' : field(column)
      if (flag !== '0' && flag !== '1' && flag !== '-1') return `${name} must be -1, 0 or 1, not ${quote(flag)}`
    }
    return undefined
  }
}

function findSpanIssue(minText: string, maxText: string, minName: string, maxName: string): string | undefined {
  const min = Number(minText)
  const max = Number(maxText)
  if (!DECIMAL.test(minText) || !(min >= 0 && min <= 1))
    return `${minName} must be a fraction from 0 to 1, not ${quote(minText)}`
  if (!DECIMAL.test(maxText) || !(max >= 0 && max <= 1))
    return `${maxName} must be a fraction from 0 to 1, not ${quote(maxText)}`
  return min > max ? `${minName} must be at most ${maxName} (${maxText}), not ${minText}` : undefined
}

const isBlank = (fields: readonly string[]): boolean => fields.every((field) => field.trim() === '')

const quote = (text: string): string => JSON.stringify(text.slice(0, 40))
