import { FLAG_NAMES, FLAGS } from '../contracts/flags.ts'
import { IMAGE_ID } from '../contracts/image-id.ts'
import { isClassId } from './class-id.ts'
import type { Columns } from './header.ts'
import type { RowFields } from './split-row.ts'

const DECIMAL = /^[01](\.\d+)?(e-\d+)?$|^\.\d+$|^\d(\.\d+)?e-\d+$/i

/** Says what is wrong with a row, or undefined: the whole of what a row must be. */
export function rowIssueFinder(columns: Columns): (text: Buffer, fields: RowFields) => string | undefined {
  const flagNames = new Map(FLAG_NAMES.map((flag) => [columns.flags[flag], FLAGS[flag]]))

  return (text, { count, starts, end }) => {
    const field = (column: number): string => text.toString('latin1', starts[column], (starts[column + 1] ?? 0) - 1)
    const row = text.subarray(starts[0], end)
    if ((count !== columns.count || field(columns.imageId) === '') && isBlank(row)) return 'the row is blank'
    if (count !== columns.count) return `the row has ${count} columns where the header has ${columns.count}`
    const imageId = field(columns.imageId)
    if (!IMAGE_ID.test(imageId)) return `ImageID ${shown(imageId)} is not 16 digits and letters a to f`
    const classId = field(columns.classId)
    if (!isClassId(classId)) return `LabelName ${shown(classId)} is not a class id like /m/0h9mv`
    const wrong =
      wrongSpan(field(columns.xMin), field(columns.xMax), 'XMin', 'XMax') ??
      wrongSpan(field(columns.yMin), field(columns.yMax), 'YMin', 'YMax')
    if (wrong !== undefined) return wrong
    for (const [column, name] of flagNames) {
      const flag = column === undefined ? '0' : field(column)
      if (flag !== '0' && flag !== '1' && flag !== '-1') return `${name} ${shown(flag)} is not -1, 0 or 1`
    }
    return undefined
  }
}

function wrongSpan(minText: string, maxText: string, minName: string, maxName: string): string | undefined {
  const min = Number(minText)
  const max = Number(maxText)
  if (!DECIMAL.test(minText) || !(min >= 0 && min <= 1))
    return `${minName} ${shown(minText)} is not a fraction from 0 to 1`
  if (!DECIMAL.test(maxText) || !(max >= 0 && max <= 1))
    return `${maxName} ${shown(maxText)} is not a fraction from 0 to 1`
  return min > max ? `${minName} ${minText} is above ${maxName} ${maxText}` : undefined
}

/** Whether a row has nothing in it, or commas only. */
const isBlank = (row: Buffer): boolean => row.toString('latin1').replaceAll(',', '').trim() === ''

const shown = (text: string): string => JSON.stringify(text.slice(0, 40))
