import { createHash } from 'node:crypto'

/** A query for images of one class in file order, with all their rows of that class. */
export interface ImageQuery {
  readonly classId: string
  readonly images: number
  /** Number of images of the class to skip. */
  readonly from: number
}

/** The columns of a box in the file. */
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

/** A result row: the image id, and the values of `BOX_COLUMNS`. */
export type FoundRow = readonly [imageId: string, ...numbers: number[]]

/** Summarizes a result, so that contenders can be compared. @param rows in file order */
export const toAnswer = (rows: readonly FoundRow[]) => ({
  images: new Set(rows.map(([imageId]) => imageId)).size,
  rows: rows.length,
  hash: createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 16),
})
