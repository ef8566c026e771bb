import { AppError, type Issue } from '../../contracts/errors.ts'
import { type StoredProblem, toStoredProblem } from '../../contracts/stored-problem.ts'
import { FILE_NAMES } from './import-plan.ts'
import type { ListPosition } from './list-coverage.ts'
import type { SliceReceipt } from './slice-receipt.ts'

/** Returns the first problem in the files whose rows were checked, with its line number in the file. Pure. */
export function findFirstProblem(slices: readonly SliceReceipt[]): StoredProblem | undefined {
  const ofList = slices.filter(({ source }) => source === 'images')
  const ofBoxes = slices.filter(({ source }) => source !== 'images')
  return findProblem(ofBoxes, FILE_NAMES.annotations) ?? (ofList[0] && findProblem(ofList, FILE_NAMES.images))
}

function findProblem(slices: readonly SliceReceipt[], fileName: string): StoredProblem | undefined {
  // Line 1 is the header.
  let line = 2
  let rowCount = 0
  for (const { lines, rows = lines, fault, problem } of slices) {
    if (problem) return problem
    if (fault) return toRowProblem(fileName, { line: line + fault.line, byte: fault.byte }, fault.message)
    line += lines
    rowCount += rows
  }
  return rowCount === 0 ? toProblem(`${fileName} must contain a row below its header.`) : undefined
}

/** Returns the problem of an image list that has several rows of one image, which differ. Pure. */
export const toConflictProblem = (position: ListPosition): StoredProblem =>
  toRowProblem(
    FILE_NAMES.images,
    position,
    'the row must have the same license, author and title as an earlier row of its image',
  )

function toRowProblem(fileName: string, { line, byte }: ListPosition, message: string): StoredProblem {
  const at = `${fileName}, line ${line}, byte ${byte}`
  return toProblem(`${at}: ${message}.`, [{ at, message }])
}

const toProblem = (detail: string, issues: readonly Issue[] = []): StoredProblem =>
  toStoredProblem(new AppError('bad-source', detail, issues))
