import type { SelectedBatch } from '../../batches/record/store.ts'
import { BOXES_ATTRIBUTE } from '../../contracts/label-attribute.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import { skipDamaged } from '../../copying/receipts.ts'
import { type ManifestImage, manifestLines, toOmitted } from '../../manifests/input/manifest-lines.ts'
import type { Omission } from '../../manifests/input/omissions.ts'
import type { Ports } from '../../platform/ports.ts'
import { startReading } from '../../platform/storage/start-reading.ts'
import {
  findSourceRef,
  type LeftOut,
  parseLine,
  type SourceItem,
  type SourceLine,
  stringifyLine,
} from './source-lines.ts'

/** An image of a batch, to compare it with the lines of a manifest. */
interface BatchImage {
  readonly imageId: string
  /** Why a manifest has no line for it; undefined where nothing keeps it out. */
  readonly omission: Omission | undefined
  /** Why a job leaves it out even if a manifest has it. */
  readonly excess: Omission | undefined
}

/** By the URI of the copy, in batch order. */
type BatchImages = ReadonlyMap<string, BatchImage>

/** Returns the options of a manifest with boxes under an attribute, or without boxes. Pure. */
export const toBoxRequest = (boxAttribute: string | undefined): ManifestRequest => ({
  boxes: boxAttribute === undefined ? 'none' : 'open-images',
  labelAttributeName: boxAttribute ?? BOXES_ATTRIBUTE,
  verify: false,
  provenance: false,
})

/**
 * Reads what keeps the images of a batch out of a manifest. A damaged receipt says nothing about its images. Holds a record
 * for each image.
 * @param boxAttribute of the manifest; undefined where it has no boxes of Open Images
 */
export async function readBatchImages(
  batch: string,
  state: SelectedBatch,
  boxAttribute: string | undefined,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<BatchImages> {
  const images = new Map<string, BatchImage>()
  for await (const image of await manifestLines(batch, state, toBoxRequest(boxAttribute), ports, skipDamaged)) {
    const { imageId, destination, excess } = image
    images.set(destination, { imageId, omission: 'line' in image ? undefined : image, excess })
  }
  return images
}

/** Begins to read. A failure is thrown to whoever awaits it, and until then, does not count as an unhandled rejection. */
export function startReadingImages<Images>(read: () => Promise<Images>): Promise<Images> {
  const reading = read()
  reading.catch(() => undefined)
  return reading
}

/** How lines are compared with the images of their batch. */
export interface CompareRules {
  /** Why an image that could have a line has none. */
  readonly absent: Omission
  readonly isLabeled: (line: SourceLine) => boolean
  /** Returns why a line is left out; undefined where it is not. */
  readonly findOmission?: (line: SourceLine) => Omission | undefined
}

/** Lines of an image that were left out. */
interface DroppedLines {
  readonly omission: Omission
  readonly lines: number
  readonly labeledLines: number
}

/**
 * Compares the lines of a manifest with the images of its batch: leaves out images that are too large, unless they are
 * labeled already, and lines that the rules leave out, and yields each image without a line at the end.
 */
export async function* compareWithBatch(
  lines: AsyncGenerator<SourceLine>,
  reading: Promise<BatchImages> | BatchImages,
  { absent, isLabeled, findOmission: findOther = () => undefined }: CompareRules,
): AsyncGenerator<SourceItem> {
  const started = startReading(lines)
  const images = await Promise.resolve(reading).catch(async (error: unknown) => {
    await lines.return(undefined)
    throw error
  })
  const seen = new Set<string>()
  const dropped = new Map<string, DroppedLines>()
  for await (const line of started) {
    const uri = findSourceRef(line) ?? ''
    const image = images.get(uri)
    const isDone = isLabeled(line)
    const dropping = (!isDone && image?.excess) || findOther(line)
    if (dropping) {
      const {
        lines: before,
        labeledLines,
        omission,
      } = dropped.get(uri) ?? { lines: 0, labeledLines: 0, omission: dropping }
      dropped.set(uri, { omission, lines: before + 1, labeledLines: labeledLines + Number(isDone) })
      continue
    }
    yield { ...line, isExtra: !image || seen.has(uri) }
    seen.add(uri)
  }
  for (const [uri, { imageId, omission, excess }] of images) {
    const own = dropped.get(uri)
    if (!seen.has(uri)) yield leaveOut(imageId, excess ?? own?.omission ?? omission ?? absent, own)
  }
  // Lines for no image of the batch have no image id.
  for (const [uri, own] of dropped) if (!images.has(uri)) yield leaveOut(uri, own.omission, own)
}

/** Yields the images of a batch that have a good copy as lines, and the others. */
export async function* copyLines(images: AsyncIterable<ManifestImage>): AsyncGenerator<SourceItem> {
  let number = 0
  for await (const image of images) {
    const omission = findOmission(image)
    if (omission) yield leaveOut(image.imageId, omission)
    else if ('line' in image) yield { text: image.line, number: ++number, line: parseLine(image.line) }
  }
}

/**
 * Adds the known boxes to the lines of a manifest, in batch order, and yields the images whose boxes do not fit. Lines that
 * are for no image of the batch, and those that have boxes already, stay as they are. Holds the lines.
 * @param known the images of the batch with their boxes under the attribute
 */
export async function* addBoxes(
  lines: AsyncIterable<SourceLine>,
  known: AsyncIterable<ManifestImage>,
  { attribute, absent }: { readonly attribute: string; readonly absent: Omission },
): AsyncGenerator<SourceItem> {
  const all: SourceLine[] = []
  for await (const line of lines) all.push(line)
  const remaining = Map.groupBy(all, (line) => findSourceRef(line) ?? line)
  for await (const image of known) {
    const own = remaining.get(image.destination) ?? []
    remaining.delete(image.destination)
    const omission = findOmission(image)
    const hasBoxes = own.some(({ line = {} }) => Object.hasOwn(line, attribute))
    if (own.length === 0) yield leaveOut(image.imageId, omission ?? absent)
    else if (omission && (image.excess || !hasBoxes)) yield leaveOut(image.imageId, omission, { lines: own.length })
    else
      for (const [index, line] of own.entries())
        yield { ...('line' in image ? mergeLine(image.line, line) : line), isExtra: index > 0 }
  }
  for (const others of remaining.values()) yield* others.map((line) => ({ ...line, isExtra: true }))
}

/** Returns why a job leaves out an image; undefined where it does not. Pure. */
const findOmission = (image: ManifestImage): Omission | undefined =>
  image.excess ?? ('line' in image ? undefined : image)

const leaveOut = (
  imageId: string,
  { outcome, reason }: Omission,
  { lines, labeledLines }: Omit<LeftOut, 'omitted'> = { lines: 0 },
): LeftOut => ({
  omitted: toOmitted({ imageId, outcome, reason }),
  lines,
  ...(labeledLines !== undefined && { labeledLines }),
})

/** Adds the fields of another line to a line, whose own fields win. A line that cannot be written with them stays as it is. */
function mergeLine(known: string, line: SourceLine): SourceLine {
  const merged = { ...parseLine(known), ...line.line }
  const text = stringifyLine(merged)
  return text === undefined ? line : { ...line, text, line: merged }
}
