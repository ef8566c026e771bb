import * as z from 'zod'
import { FLAG_NAMES } from '../../contracts/flags.ts'
import { MAX_CHUNKS } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import type { State } from '../../platform/state/record.ts'
import { lineBlocks } from '../../platform/storage/line-blocks.ts'
import { storeStream } from '../../platform/storage/multipart.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { openStored } from '../../platform/storage/stored-file.ts'
import type { BatchState } from './state.ts'
import { guardVersion, imagesKey, SupersededError } from './store.ts'

const Flag = z.union([z.literal(1), z.literal(0), z.literal(-1)])
const Fraction = z.number().min(0).max(1)

const BoxView = z
  .object({
    className: z.string(),
    classId: z.string(),
    xMin: Fraction,
    xMax: Fraction,
    yMin: Fraction,
    yMax: Fraction,
    ...(Object.fromEntries(FLAG_NAMES.map((flag) => [flag, Flag])) as Record<(typeof FLAG_NAMES)[number], typeof Flag>),
  })
  .meta({
    id: 'Box',
    description:
      'A box of a requested class. Corners are fractions of the image, 0 to 1; flags are 1, 0 or -1 (unknown).',
  })

/** A line of `images.jsonl`: a chosen image, its source and the destination of its copy. */
export const ImageLine = z.object({
  imageId: z.string(),
  classNames: z.array(z.string()).describe('The requested classes that the image was chosen for'),
  source: z.string().describe('Where the image is published'),
  destination: z.string().describe('Where its copy is, or will be'),
  boxes: z.array(BoxView).describe('All boxes of the requested classes in the image'),
})
export type ImageLine = z.infer<typeof ImageLine>

/** One worker copies this many images well within its timeout. */
export const MIN_CHUNK_IMAGES = 25

/** Returns how many images a chunk has: 25, and more in a large batch, so that there are at most 1,000 chunks. Pure. */
export const imagesPerChunk = (imageCount: number): number =>
  Math.max(MIN_CHUNK_IMAGES, Math.ceil(imageCount / MAX_CHUNKS))

/** Where the chunks of a stored image list are. */
export interface StoredImageList {
  readonly boxCount: number
  /** Byte at which each chunk begins, and at which the last one ends. */
  readonly chunkOffsets: number[]
}

/**
 * Streams a batch's images to `images.jsonl`. It replaces the list that was there when it began, if the batch did not
 * change meanwhile: a slow writer cannot write into a batch that was recreated.
 * @param etag version of the batch that the images were chosen for
 * @returns `undefined`, with nothing written, when the batch or its list was changed meanwhile
 */
export async function writeImageList(
  batch: string,
  pages: AsyncIterable<readonly ImageLine[]>,
  { imageCount, etag }: { readonly imageCount: number; readonly etag: string },
  ports: Pick<Ports, 'config' | 'objects' | 'uploads'>,
): Promise<StoredImageList | undefined> {
  const key = imagesKey(batch, ports)
  const before = await ports.objects.get(key, { start: 0, end: 1 })
  const condition = before ? { etag: before.etag } : { absent: true as const }
  const chunkImages = imagesPerChunk(imageCount)
  const chunkOffsets: number[] = []
  let boxCount = 0
  let images = 0
  let bytes = 0
  async function* lines(): AsyncGenerator<Uint8Array> {
    for await (const page of pages) {
      for (const image of page) {
        const line = Buffer.from(`${JSON.stringify(image)}\n`)
        if (images % chunkImages === 0) chunkOffsets.push(bytes)
        images += 1
        bytes += line.length
        boxCount += image.boxes.length
        yield line
      }
    }
  }
  const isCurrent = (found: State<BatchState>): boolean => found.etag === etag
  try {
    const isStored = await storeStream(key, guardVersion(lines(), batch, isCurrent, ports), ports, condition)
    return isStored ? { boxCount, chunkOffsets: [...chunkOffsets, bytes] } : undefined
  } catch (error) {
    if (error instanceof SupersededError) return undefined
    throw error
  }
}

/** A line with its length in bytes. */
interface SizedLine {
  readonly image: ImageLine
  readonly size: number
}

/** Yields the lines that begin at byte `from`, up to byte `to`, in order. Holds four ranges of 256 KiB. */
export async function* imageLines(
  key: string,
  from: number,
  ports: Pick<Ports, 'config' | 'files'>,
  to?: number,
): AsyncGenerator<SizedLine> {
  const source = await openStored(key, ports)
  const end = to ?? source.size
  const ranges = readAhead(source, { from, to: end, rangeBytes: 256 << 10, inFlight: 4 })
  for await (const { bytes } of lineBlocks(ranges, from)) {
    for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
      if (line === '') continue
      yield { image: ImageLine.parse(JSON.parse(line)), size: Buffer.byteLength(line) }
    }
  }
}

/** Reads the images of one chunk: one range read. */
export async function readChunk(
  key: string,
  start: number,
  end: number,
  { objects }: Pick<Ports, 'objects'>,
): Promise<ImageLine[]> {
  if (start === end) return []
  const stored = await objects.get(key, { start, end })
  const text = Buffer.from(stored?.bytes ?? []).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ImageLine.parse(JSON.parse(line)))
}
