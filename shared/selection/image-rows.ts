import type { ByteRange } from '../bytes/coalesce.ts'
import type { ReadCost } from '../bytes/counted.ts'
import type { ReadAheadOptions } from '../bytes/read-ahead.ts'
import { fetchedRanges, readInOrder } from '../bytes/read-in-order.ts'
import type { ByteSource } from '../bytes/source.ts'
import type { Columns, Header } from '../open-images/header.ts'
import { type Annotation, parseRow } from '../open-images/row.ts'
import { type Criteria, classesById } from './criteria.ts'
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
export function rowCost(images: readonly ImageRows[]): ReadCost {
  const cost = { requests: 0, bytes: 0 }
  for (let from = 0; from < images.length; from += PAGE_IMAGES) {
    const fetched = fetchedRanges(images.slice(from, from + PAGE_IMAGES).flatMap(({ ranges }) => ranges))
    cost.requests += fetched.length
    cost.bytes += fetched.reduce((sum, { start, end }) => sum + end - start, 0)
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
  const boxOf = boxMaker(criteria)
  const pieces = fetchedRanges(images.flatMap(({ ranges }) => ranges))
  for await (const bytes of readInOrder(source, pieces)) {
    for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
      const annotation = line === '' ? undefined : parseRow(line, columns)
      const held = annotation && boxes.get(annotation.imageId)
      const box = held && boxOf(annotation)
      if (box) held.push(box)
    }
  }
  return boxes
}

function boxMaker({ classes, excludeFlags }: Pick<Criteria, 'classes' | 'excludeFlags'>) {
  const byId = classesById(classes)
  return ({ imageId: _, ...annotation }: Annotation): Box | undefined => {
    const [first] = byId.get(annotation.classId) ?? []
    const className = first === undefined ? undefined : classes[first]?.className
    if (className === undefined || excludeFlags.some((flag) => annotation[flag] === 1)) return undefined
    return { className, ...annotation }
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
