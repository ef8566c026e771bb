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
  const pieces = coalesce(
    images.flatMap(({ ranges }) => ranges),
    READ_GAP_BYTES,
    READ_MOST_BYTES,
  )
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

/** Scattered rows are a kilobyte each: it is waiting for S3 that takes time, not their bytes. */
const READS_IN_FLIGHT = 32
const BYTES_IN_FLIGHT = 16 << 20

/** The bytes of each range, in order, as many under way at a time as memory allows. */
async function* readInOrder(source: ByteSource, ranges: readonly ByteRange[]): AsyncGenerator<Uint8Array> {
  const underWay: { readonly size: number; readonly bytes: Promise<Uint8Array> }[] = []
  let held = 0
  for (const { start, end } of ranges) {
    while (underWay.length >= READS_IN_FLIGHT || (underWay.length > 0 && held + end - start > BYTES_IN_FLIGHT)) {
      const first = underWay.shift()
      held -= first?.size ?? 0
      if (first) yield await first.bytes
    }
    const bytes = source.read(start, end)
    // A range that fails is reported when its turn comes; until then nobody awaits it.
    bytes.catch(() => undefined)
    underWay.push({ size: end - start, bytes })
    held += end - start
  }
  for (const { bytes } of underWay) yield await bytes
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
