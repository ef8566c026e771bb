import * as z from 'zod'
import { FLAG_NAMES } from '../../contracts/flags.ts'
import type { Ports } from '../../platform/ports.ts'
import { lineBlocks } from '../../platform/storage/line-blocks.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { openStored } from '../../platform/storage/stored-file.ts'

const Flag = z.union([z.literal(1), z.literal(0), z.literal(-1)])
const Fraction = z.number().min(0).max(1)

/** A box of a requested class in an image: corners as fractions 0..1, flags 1, 0 or -1 (unknown). */
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
    description: 'A box of a requested class: corners as fractions 0 to 1 of the image, flags 1, 0 or -1 (unknown).',
  })

/** One line of `images.jsonl`: a chosen image, where it comes from and where its copy goes. */
export const ImageLine = z.object({
  imageId: z.string(),
  classNames: z.array(z.string()).describe('The classes that chose it'),
  source: z.string().describe('Where the image is published'),
  destination: z.string().describe('Where its copy is, or will be'),
  boxes: z.array(BoxView).describe('All boxes of the requested classes in it'),
})
export type ImageLine = z.infer<typeof ImageLine>

/** A line with its length in bytes. */
interface SizedLine {
  readonly image: ImageLine
  readonly size: number
}

/** The lines of a batch's `images.jsonl` that begin at byte `from`, up to byte `to`, in order. Holds four ranges. */
export async function* imageLines(key: string, from: number, ports: Ports, to?: number): AsyncGenerator<SizedLine> {
  const source = await openStored(key, ports)
  const end = to ?? source.size
  const chunks = readAhead(source, { from, to: end, rangeBytes: 256 << 10, inFlight: 4 })
  for await (const { bytes } of lineBlocks(chunks, from)) {
    for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
      if (line === '') continue
      yield { image: ImageLine.parse(JSON.parse(line)), size: Buffer.byteLength(line) }
    }
  }
}

/** The images of one chunk: one read. */
export async function readChunk(key: string, start: number, end: number, { objects }: Ports): Promise<ImageLine[]> {
  if (start === end) return []
  const stored = await objects.get(key, { start, end })
  const text = Buffer.from(stored?.bytes ?? []).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ImageLine.parse(JSON.parse(line)))
}
