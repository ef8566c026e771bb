import { type ByteRange, coalesce } from '../bytes/coalesce.ts'
import type { ReadAheadOptions } from '../bytes/read-ahead.ts'
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

/** Rows of two images that lie no further apart are fetched by one request, up to so many bytes of it. */
export const READ_GAP_BYTES = 64 << 10
export const READ_MOST_BYTES = 4 << 20

/**
 * Every box of the requested classes in these images, excluded flags left out, in file order for each image.
 * Near ranges are fetched by one request, a few at a time. Holds the boxes of the images given.
 */
export async function readBoxes(
  source: ByteSource,
  columns: Columns,
  criteria: Pick<Criteria, 'classes' | 'excludeFlags'>,
  images: readonly ImageRows[],
): Promise<Map<string, Box[]>> {
  const boxes = new Map<string, Box[]>(images.map(({ imageId }) => [imageId, []]))
  const boxOf = boxMaker(criteria)
  const pieces = coalesce(
    images.flatMap(({ ranges }) => ranges),
    READ_GAP_BYTES,
    READ_MOST_BYTES,
  )
  for await (const bytes of inOrder(pieces, ({ start, end }) => source.read(start, end))) {
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

/** Results in the order of the items, four under way at a time. */
async function* inOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = []
  for (const item of items) {
    const result = work(item)
    result.catch(() => undefined)
    underWay.push(result)
    if (underWay.length >= 4) yield await (underWay.shift() as Promise<Result>)
  }
  for (const result of underWay) yield await result
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
