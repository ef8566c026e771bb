import * as z from 'zod'
import { AppError } from '../errors.ts'
import { latestReceipts } from '../fan-out/receipts.ts'
import { fromCursor, type Page, type PageRequest, toCursor } from '../http/page.ts'
import type { Ports } from '../ports.ts'
import { type ImageCopy, Outcome } from './copy-image.ts'
import { copyRound } from './copy-progress.ts'
import { ImageLine, imageLines, type PlacedLine } from './image-lines.ts'
import { getSelected, imagesKey } from './store.ts'

/** An image of a batch as the API shows it; `copy` once its copying was tried. */
export const BatchImage = ImageLine.extend({
  copy: Outcome.optional(),
  reason: z.string().optional(),
  bytes: z.int().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
})
export type BatchImage = z.infer<typeof BatchImage>

/** Answers stay well under 4 MB: a page ends early where images have very many boxes. */
const MOST_PAGE_BYTES = 3 << 20

/** A page of a batch's images, in batch order. Reads only what the page holds. */
export async function listImages(batch: string, request: PageRequest, ports: Ports): Promise<Page<BatchImage>> {
  const { selection, ...state } = await getSelected(batch, ports)
  const { byte, image } = positionOf(request.cursor, selection.chunkOffsets.at(-1) ?? 0)
  const page = await readPage(imagesKey(batch, ports), byte, request.limit, ports)
  const chunkOf = (index: number): number => Math.floor((image + index) / selection.chunkImages)
  const chunks = [...new Set(page.map((_, index) => chunkOf(index)))]
  const ref = await copyRound(batch, state, ports)
  const receipts = ref ? await latestReceipts(ref, ports, chunks) : new Map()
  const copies = new Map<string, ImageCopy>(
    [...receipts.values()].flatMap(({ images }) => images.map((copy: ImageCopy) => [copy.imageId, copy])),
  )
  const items = page.map(({ image: line }) => withCopy(line, copies.get(line.imageId)))
  const next = page.at(-1)?.next
  const more = next !== undefined && next < (selection.chunkOffsets.at(-1) ?? 0)
  return { items, ...(more && { nextCursor: toCursor(`${next}:${image + page.length}`) }) }
}

function positionOf(cursor: string | undefined, size: number): { byte: number; image: number } {
  const position = /^(\d{1,12}):(\d{1,6})$/.exec(fromCursor(cursor) ?? '0:0')
  const [byte, image] = [Number(position?.[1]), Number(position?.[2])]
  if (!position || byte > size)
    throw new AppError('invalid-request', 'query.cursor: pass the nextCursor of the last page unchanged.')
  return { byte, image }
}

async function readPage(key: string, byte: number, limit: number, ports: Ports): Promise<PlacedLine[]> {
  const page: PlacedLine[] = []
  for await (const line of imageLines(key, byte, ports)) {
    page.push(line)
    if (page.length >= limit || line.next - byte > MOST_PAGE_BYTES) break
  }
  return page
}

function withCopy(line: ImageLine, copy: ImageCopy | undefined): BatchImage {
  if (!copy) return line
  const { outcome, imageId: _, ...facts } = copy
  return { ...line, copy: outcome, ...facts }
}
