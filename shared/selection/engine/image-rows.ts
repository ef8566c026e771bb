import { type Criteria, classesById } from '../../contracts/criteria.ts'
import { classIdTable } from '../../open-images/class-id-table.ts'
import type { Columns, Header } from '../../open-images/header.ts'
import { type Annotation, parseRow } from '../../open-images/row.ts'
import { fieldEnd, fieldStart, nextRow, rowSkips } from '../../open-images/row-fields.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import type { ByteRange } from '../../platform/storage/coalesce.ts'
import type { ReadCost } from '../../platform/storage/metered.ts'
import type { ReadAheadOptions } from '../../platform/storage/read-ahead.ts'
import { fetchedRanges, MAX_GAP_BYTES, readEach } from '../../platform/storage/read-ranges.ts'
import type { CandidateList } from './candidate-list.ts'
import { splitIntoGroups } from './in-groups.ts'
import { scanRows, type WantedRows } from './scan.ts'

/** A box of a requested class, with the first requested class that it counts for. */
export interface Box extends Omit<Annotation, 'imageId'> {
  readonly className: string
}

/** Where an image's rows lie: one range in a file grouped by image, any number in another. */
export interface ImageRows {
  readonly imageId: string
  readonly ranges: readonly ByteRange[]
}

/** Images whose rows are fetched together. */
export const PAGE_IMAGES = 500

/** What reading the rows of these images takes, page by page. Pure. */
export function rowCost(images: Iterable<ImageRows>): ReadCost {
  const cost = { requests: 0, bytes: 0 }
  for (const page of splitIntoGroups(images, PAGE_IMAGES)) {
    const fetched = fetchedRanges(page.flatMap(({ ranges }) => ranges))
    cost.requests += fetched.length
    cost.bytes += fetched.reduce((sum, { start, end }) => sum + end - start, 0)
  }
  return cost
}

/** About what reading the rows of all these candidates takes: holds none of them. Pure. */
export function fetchCost(candidates: CandidateList): ReadCost {
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
 * Every box of the requested classes in these images, excluded flags left out, in file order for each image.
 * Near ranges are fetched by one request, a few at a time where they are large, many where they are small. Holds the
 * boxes of the images given.
 */
export async function readBoxes(
  source: ByteSource,
  columns: Columns,
  criteria: Pick<Criteria, 'classes' | 'excludeFlags'>,
  images: readonly ImageRows[],
): Promise<Map<string, Box[]>> {
  const boxes = new Map<string, Box[]>(images.map(({ imageId }) => [imageId, []]))
  const boxesIn = boxReader(columns, criteria)
  const owned = images.flatMap(({ imageId, ranges }) => ranges.map(({ start, end }) => ({ imageId, start, end })))
  for await (const { number, bytes } of readEach(source, owned)) {
    const imageId = owned[number]?.imageId ?? ''
    for (const box of boxesIn(bytes, imageId)) boxes.get(imageId)?.push(box)
  }
  return boxes
}

/** Reads an image's boxes from its rows; only rows of requested classes become strings. */
function boxReader(columns: Columns, { classes, excludeFlags }: Pick<Criteria, 'classes' | 'excludeFlags'>) {
  const byId = classesById(classes)
  const table = classIdTable([...byId.keys()])
  const classNames = [...byId.values()].map(([first = 0]) => classes[first]?.className ?? '')
  const { lead, columnsLeft, tail } = rowSkips(columns)

  return function* boxesIn(bytes: Uint8Array, imageId: string): Generator<Box> {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let row = 0, next = 0; row < bytes.length; row = next) {
      const classIdStart = fieldStart(bytes, row + lead, columnsLeft)
      const classIdEnd = fieldEnd(bytes, classIdStart)
      const number = table.find(bytes, classIdStart, classIdEnd)
      next = nextRow(bytes, classIdEnd + tail)
      if (number < 0) continue
      const { imageId: of, ...annotation } = parseRow(text.toString('latin1', row, next), columns)
      if (of === imageId && !excludeFlags.some((flag) => annotation[flag] === 1))
        yield { className: classNames[number] ?? '', ...annotation }
    }
  }
}

/**
 * Where the rows of these images lie in a file that is not grouped by image: reads it once, to its end.
 * Holds a range for each run of wanted rows.
 */
export async function findRows(
  source: ByteSource,
  header: Header,
  wanted: WantedRows,
  imageIds: readonly string[],
  reading: ReadAheadOptions = {},
): Promise<ImageRows[]> {
  const found = new Map<string, ByteRange[]>(imageIds.map((imageId) => [imageId, []]))
  for await (const runs of scanRows(source, header, wanted, reading)) {
    for (const { imageId, start, end } of runs) found.get(imageId)?.push({ start, end })
  }
  return [...found].map(([imageId, ranges]) => ({ imageId, ranges }))
}
