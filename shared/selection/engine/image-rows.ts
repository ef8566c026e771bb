import { type Criteria, classesById } from '../../contracts/criteria.ts'
import { classIdTable } from '../../open-images/class-id-table.ts'
import type { Columns, Header } from '../../open-images/header.ts'
import { type Annotation, parseRow } from '../../open-images/row.ts'
import { fieldEnd, fieldStart, nextRow, rowSkips } from '../../open-images/row-fields.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import type { ByteRange } from '../../platform/storage/coalesce.ts'
import type { ReadCost } from '../../platform/storage/metered.ts'
import type { ReadAheadOptions } from '../../platform/storage/read-ahead.ts'
import { MAX_GAP_BYTES, planFetches, readEach } from '../../platform/storage/read-ranges.ts'
import type { CandidateList } from './candidate-list.ts'
import { type RowCriteria, scanRows } from './scan.ts'
import { splitIntoGroups } from './split-into-groups.ts'

/** A box of a requested class, with the name of the first requested class it counts for. */
export interface Box extends Omit<Annotation, 'imageId'> {
  readonly className: string
}

/** Byte ranges of an image's rows: one in a file grouped by image, any number in another. */
export interface ImageRows {
  readonly imageId: string
  readonly ranges: readonly ByteRange[]
}

/** Images whose rows are read together. */
export const PAGE_IMAGES = 500
/** Their boxes are held together; rows of one image can take several MiB. */
const PAGE_BYTES = 32 << 20

/** Divides images into pages whose rows are read together. */
export const splitIntoPages = <Image extends ImageRows>(images: Iterable<Image>): Generator<Image[]> =>
  splitIntoGroups(images, {
    maxItems: PAGE_IMAGES,
    maxWeight: PAGE_BYTES,
    weigh: ({ ranges }) => ranges.reduce((sum, { start, end }) => sum + end - start, 0),
  })

/** Computes the cost of reading the rows of these images, page by page. Pure. */
export function computeRowCost(images: Iterable<ImageRows>): ReadCost {
  const cost = { requests: 0, bytes: 0 }
  for (const page of splitIntoPages(images)) {
    const fetched = planFetches(page.flatMap(({ ranges }) => ranges))
    cost.requests += fetched.length
    cost.bytes += fetched.reduce((sum, { start, end }) => sum + end - start, 0)
  }
  return cost
}

/** Estimates the cost of reading the rows of all these candidates. Holds none of them. Pure. */
export function estimateFetchCost(candidates: CandidateList): ReadCost {
  const cost = { requests: 0, bytes: 0 }
  let fetched = Number.NEGATIVE_INFINITY
  for (let position = 0; position < candidates.length; position++) {
    const { start, end } = candidates.at(position)
    const isNear = start - fetched <= MAX_GAP_BYTES
    cost.requests += isNear ? 0 : 1
    cost.bytes += end - (isNear ? fetched : start)
    fetched = end
  }
  return cost
}

/**
 * Reads all boxes of the requested classes in these images, without those that have an excluded flag. Boxes of an image
 * are in file order. Nearby ranges are read with one request. Holds the boxes of these images.
 */
export async function readBoxes(
  source: ByteSource,
  columns: Columns,
  criteria: Pick<Criteria, 'classes' | 'excludeFlags'>,
  images: readonly ImageRows[],
): Promise<Map<string, Box[]>> {
  const boxes = new Map<string, Box[]>(images.map(({ imageId }) => [imageId, []]))
  const parseBoxes = boxReader(columns, criteria)
  const ranges = images.flatMap(({ imageId, ranges }) => ranges.map(({ start, end }) => ({ imageId, start, end })))
  for await (const { number, bytes } of readEach(source, ranges)) {
    const imageId = ranges[number]?.imageId ?? ''
    for (const box of parseBoxes(bytes, imageId)) boxes.get(imageId)?.push(box)
  }
  return boxes
}

/** Returns a function that parses an image's boxes. Only rows of requested classes become strings. */
function boxReader(columns: Columns, { classes, excludeFlags }: Pick<Criteria, 'classes' | 'excludeFlags'>) {
  const byId = classesById(classes)
  const table = classIdTable([...byId.keys()])
  const classNames = [...byId.values()].map(([first = 0]) => classes[first]?.className ?? '')
  const { lead, columnsLeft, tail } = rowSkips(columns)

  return function* parseBoxes(bytes: Uint8Array, imageId: string): Generator<Box> {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let row = 0, next = 0; row < bytes.length; row = next) {
      const classIdStart = fieldStart(bytes, row + lead, columnsLeft)
      const classIdEnd = fieldEnd(bytes, classIdStart)
      const number = table.find(bytes, classIdStart, classIdEnd)
      next = nextRow(bytes, classIdEnd + tail)
      if (number < 0) continue
      const { imageId: rowImageId, ...annotation } = parseRow(text.toString('latin1', row, next), columns)
      if (rowImageId === imageId && !excludeFlags.some((flag) => annotation[flag] === 1))
        yield { className: classNames[number] ?? '', ...annotation }
    }
  }
}

/**
 * Finds the rows of these images in a file that is not grouped by image. Reads the file once, to its end.
 * Holds a range for each run of matching rows.
 */
export async function findRows(
  source: ByteSource,
  header: Header,
  criteria: RowCriteria,
  imageIds: readonly string[],
  reading: ReadAheadOptions = {},
): Promise<ImageRows[]> {
  const found = new Map<string, ByteRange[]>(imageIds.map((imageId) => [imageId, []]))
  for await (const runs of scanRows(source, header, criteria, reading)) {
    for (const { imageId, start, end } of runs) found.get(imageId)?.push({ start, end })
  }
  return [...found].map(([imageId, ranges]) => ({ imageId, ranges }))
}
