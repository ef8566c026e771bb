import { createHash } from 'node:crypto'

/** What everybody is asked: some images of one class in the order of the file, with all their rows of that class. */
export interface Question {
  readonly classId: string
  readonly images: number
  /** Images of the class that come before. */
  readonly from: number
}

/** The columns that tell of a box, as the file names them. */
export const BOX_COLUMNS = [
  'XMin',
  'XMax',
  'YMin',
  'YMax',
  'IsOccluded',
  'IsTruncated',
  'IsGroupOf',
  'IsDepiction',
  'IsInside',
] as const

/** A row that was found: the image, and the numbers of its box in the order of the columns. */
export type FoundRow = readonly [imageId: string, ...numbers: number[]]

/** What all must agree on. @param rows in the order of the file */
export const answerOf = (rows: readonly FoundRow[]) => ({
  images: new Set(rows.map(([imageId]) => imageId)).size,
  rows: rows.length,
  hash: createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 16),
})
