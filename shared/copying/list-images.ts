import * as z from 'zod'
import { ImageLine, imageLines } from '../batches/record/image-list.ts'
import type { SelectionResult } from '../batches/record/state.ts'
import { getSelectedBatch, imagesKey } from '../batches/record/store.ts'
import { fromCursor, invalidCursor, MAX_PAGE_BYTES, type Page, type PageRequest, toCursor } from '../contracts/page.ts'
import { latestReceipts } from '../platform/fan-out/receipts.ts'
import type { Ports } from '../platform/ports.ts'
import { type ImageCopy, Outcome } from './copy-image.ts'
import { findCopyRound } from './copy-progress.ts'

/** An image of a batch as the API shows it. */
export const BatchImage = ImageLine.extend({
  copy: Outcome.optional().describe('How its copy ended; absent until it was tried'),
  reason: z.string().optional().describe('Why there is no good copy'),
  bytes: z.int().optional().describe('Size of the copy'),
  width: z.int().optional().describe('Pixels as stored, before EXIF orientation'),
  height: z.int().optional().describe('Pixels as stored, before EXIF orientation'),
}).meta({ id: 'BatchImage', description: 'A chosen image and its copy.' })
export type BatchImage = z.infer<typeof BatchImage>

/** Returns a page of a batch's images, in batch order. Reads only the chunks that the page is in. */
export async function listImages(
  batch: string,
  request: PageRequest,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<Page<BatchImage>> {
  const { selection, ...state } = await getSelectedBatch(batch, ports)
  const first = parsePosition(request.cursor, selection.imageCount)
  const page = await readPage(imagesKey(batch, ports), first, request.limit, selection, ports)
  const chunks = [...new Set(page.map((_, index) => Math.floor((first + index) / selection.chunkImages)))]
  const ref = await findCopyRound(batch, state, ports)
  const receipts = ref ? await latestReceipts(ref, ports, chunks) : new Map()
  const copies = new Map<string, ImageCopy>(
    [...receipts.values()].flatMap(({ images }) => images.map((copy: ImageCopy) => [copy.imageId, copy])),
  )
  const items = page.map((line) => withCopy(line, copies.get(line.imageId)))
  const next = first + page.length
  return { items, ...(next < selection.imageCount && { nextCursor: toCursor(String(next)) }) }
}

/** Returns the number of the page's first image, from 0. @throws AppError `invalid-request` */
function parsePosition(cursor: string | undefined, imageCount: number): number {
  const text = fromCursor(cursor) ?? '0'
  if (!/^(0|[1-9]\d{0,5})$/.test(text) || (cursor !== undefined && Number(text) >= imageCount)) throw invalidCursor()
  return Number(text)
}

async function readPage(
  key: string,
  first: number,
  limit: number,
  { chunkOffsets, chunkImages }: SelectionResult,
  ports: Pick<Ports, 'config' | 'files'>,
): Promise<ImageLine[]> {
  const from = chunkOffsets[Math.floor(first / chunkImages)] ?? 0
  const to = chunkOffsets[Math.ceil((first + limit) / chunkImages)] ?? chunkOffsets.at(-1)
  const page: ImageLine[] = []
  let skipped = 0
  let bytes = 0
  for await (const { image, size } of imageLines(key, from, ports, to)) {
    if (skipped++ < first % chunkImages) continue
    page.push(image)
    bytes += size
    if (page.length >= limit || bytes > MAX_PAGE_BYTES) break
  }
  return page
}

function withCopy(line: ImageLine, copy: ImageCopy | undefined): BatchImage {
  if (!copy) return line
  const { outcome, imageId: _, ...facts } = copy
  return { ...line, copy: outcome, ...facts }
}
