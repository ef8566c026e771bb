import * as z from 'zod'
import { ClassId } from '../../contracts/class-summary.ts'
import { Count, S3Uri } from '../../contracts/fields.ts'
import { FLAG_NAMES } from '../../contracts/flags.ts'
import { IMAGE_ID } from '../../contracts/image-id.ts'
import { MAX_CHUNKS } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import type { SelectionResult } from './state.ts'
import { batchFolder } from './store.ts'

const BoxFlag = z.literal([1, 0, -1]).meta({
  id: 'BoxFlag',
  description: 'Whether it is so: 1 yes, 0 no, -1 unknown.',
  type: 'integer',
  'x-enum-varnames': ['YES', 'NO', 'UNKNOWN'],
})
const Fraction = z.number().min(0).max(1)

const BoxView = z
  .object({
    className: z.string().describe('Name of the requested class that the box counts for'),
    classId: ClassId.describe('Open Images id of the class of the box, which may be a subclass'),
    xMin: Fraction.describe('Left edge, as a fraction of the width of the image'),
    xMax: Fraction.describe('Right edge, as a fraction of the width of the image'),
    yMin: Fraction.describe('Upper edge, as a fraction of the height of the image'),
    yMax: Fraction.describe('Lower edge, as a fraction of the height of the image'),
    ...(Object.fromEntries(FLAG_NAMES.map((flag) => [flag, BoxFlag])) as Record<
      (typeof FLAG_NAMES)[number],
      typeof BoxFlag
    >),
  })
  .meta({
    id: 'Box',
    description:
      'A box of a requested class. Corners are fractions of the image, 0 to 1; flags are 1, 0 or -1 (unknown).',
  })

/**
 * Keeps a line of the list below the 1 MiB that its readers hold. An image with half as many boxes has no line in a
 * manifest with boxes already.
 */
export const MAX_LISTED_BOXES = 1000

/** Returns the boxes of an image as its line has them. Pure. */
export const toListedBoxes = <Box>(boxes: readonly Box[]): { boxes: Box[]; boxCount?: number } =>
  boxes.length <= MAX_LISTED_BOXES
    ? { boxes: [...boxes] }
    : { boxes: boxes.slice(0, MAX_LISTED_BOXES), boxCount: boxes.length }

/** Returns how many boxes an image has, listed or not. Pure. */
export const countBoxes = ({ boxes, boxCount = boxes.length }: Pick<ImageLine, 'boxes' | 'boxCount'>): number =>
  boxCount

/** A line of a batch's image list: a chosen image, its source and the destination of its copy. */
export const ImageLine = z.object({
  imageId: z.string().meta({ pattern: IMAGE_ID.source, description: 'Id of the image' }),
  classNames: z.array(z.string()).describe('The requested classes that the image was chosen for'),
  source: S3Uri.describe('Where the image is published'),
  destination: S3Uri.describe('Where its copy is, or will be'),
  boxes: z
    .array(BoxView)
    .describe(
      `The boxes of the requested classes in the image; of more than ${MAX_LISTED_BOXES.toLocaleString('en-US')}, the first`,
    ),
  boxCount: Count.optional().describe('How many boxes there are, where `boxes` does not have all of them'),
})
export type ImageLine = z.infer<typeof ImageLine>

/** One worker copies this many images well within its timeout. */
export const MIN_CHUNK_IMAGES = 25

/** Returns how many images a chunk has: 25, and more in a large batch, so that there are at most 1,000 chunks. Pure. */
export const imagesPerChunk = (imageCount: number): number =>
  Math.max(MIN_CHUNK_IMAGES, Math.ceil(imageCount / MAX_CHUNKS))

/** Returns the numbers of a chunk's images in the batch, from 0: the first, and how many follow from it. Pure. */
export function toChunkSpan(
  { imageCount, chunkImages }: Pick<SelectionResult, 'imageCount' | 'chunkImages'>,
  chunk: number,
): { readonly first: number; readonly count: number } {
  const first = chunk * chunkImages
  return { first, count: Math.max(0, Math.min(chunkImages, imageCount - first)) }
}

/** Returns how many chunks the images of a batch are divided into. Pure. */
export const countListChunks = ({ chunkOffsets }: Pick<SelectionResult, 'chunkOffsets'>): number =>
  chunkOffsets.length - 1

/** The name of the list that a batch writes: its own, so that two batches of one name never share it. */
export const imageListName = (batchId: string): string => `images-${batchId}.jsonl`

/** Returns the key of a batch's image list. In version 1, all batches called it `images.jsonl`. */
export const imageListKey = (
  batch: string,
  { list }: Pick<SelectionResult, 'list'>,
  ports: Pick<Ports, 'config'>,
): string => `${batchFolder(batch, ports)}${list?.name ?? 'images.jsonl'}`
