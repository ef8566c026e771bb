import * as z from 'zod'
import { findCopyKey } from '../batches/record/copy-key.ts'
import { countListChunks, ImageLine } from '../batches/record/image-list.ts'
import { imageLines } from '../batches/record/read-image-list.ts'
import type { SelectionResult } from '../batches/record/state.ts'
import { getSelectedBatch } from '../batches/record/store.ts'
import { Count } from '../contracts/fields.ts'
import { ImageLink } from '../contracts/image-link.ts'
import {
  fitPage,
  fromCursor,
  invalidCursor,
  limitPage,
  MAX_PAGE_BYTES,
  type Page,
  type PageRequest,
  toCursor,
} from '../contracts/page.ts'
import { Warning } from '../contracts/warning.ts'
import { awaitAll } from '../platform/await-all.ts'
import type { Ports } from '../platform/ports.ts'
import { imageLinks } from '../platform/storage/quarter-hour-links.ts'
import { type ImageCopy, isGood, Outcome } from './copy-image.ts'
import { findCopyRound } from './copy-progress.ts'
import { type CopyLoss, checkCopiesOf, LOSSES } from './existing-copies.ts'
import { assertIntact, type CopyReceipts, NO_RECEIPTS, readReceipts, toCopies } from './receipts.ts'
import { findCopy } from './unlisted-image.ts'

/** An image of a batch as the API shows it. */
export const BatchImage = ImageLine.extend({
  copy: z
    .enum([...Outcome.options, ...LOSSES])
    .optional()
    .describe(
      'How its copy ended; absent until it was tried. With `verify`, `copy-gone` where the copy does not exist any more, and `copy-changed` where another object is in its place',
    ),
  reason: z.string().optional().describe('Why there is no good copy'),
  bytes: Count.optional().describe('Size of the copy in bytes'),
  width: Count.optional().describe('Width in pixels as stored, before EXIF orientation'),
  height: Count.optional().describe('Height in pixels as stored, before EXIF orientation'),
  orientation: z
    .int()
    .min(1)
    .max(8)
    .optional()
    .describe('EXIF orientation, 2 to 8; absent when the picture is shown as stored'),
  contentType: z.string().optional().describe('Content type of the copy, which is what its bytes are'),
  warnings: z.array(Warning).optional().describe('What is unusual about a good copy'),
  ...ImageLink.shape,
}).meta({ id: 'BatchImage', description: 'A chosen image and its copy.' })
export type BatchImage = z.infer<typeof BatchImage>

/**
 * Returns a page of a batch's images, in batch order. Reads only the chunks that the page is in.
 * @param request with `verify`, also looks whether the good copies of the page are still there, as they were made; with
 *   `links`, each image that has a good copy gets a link to it
 * @throws AppError `corrupt-state`
 */
export async function listImages(
  batch: string,
  request: PageRequest & { readonly verify?: boolean; readonly links?: boolean },
  ports: Pick<Ports, 'config' | 'objects' | 'files' | 'bucket' | 'now'>,
): Promise<Page<BatchImage>> {
  const { selection, ...state } = await getSelectedBatch(batch, ports)
  const first = parsePosition(request.cursor, selection.imageCount)
  const limit = limitPage(request)
  const chunks = listChunks(selection, first, limit)
  const [page, receipts] = await awaitAll([
    readPage(batch, selection, first, limit, ports),
    findCopyRound(batch, state, ports).then((ref) => ref && readReceipts(ref, selection, ports, chunks)),
  ])
  // A page with many boxes may end before its last chunk.
  const lastChunk = Math.floor((first + page.length - 1) / selection.chunkImages)
  const copies = toCopies(assertIntact(upToChunk(lastChunk, receipts ?? NO_RECEIPTS)))
  const images = page.map((image, index) => ({ image, copy: findCopy(copies, image.imageId, first + index) }))
  const { imageCount } = selection
  const findLoss = request.verify ? await checkCopiesOf(images, { batch, imageCount }, ports) : undefined
  const found = images.map(({ image, copy }) => withCopy(image, copy, copy && findLoss?.(image, copy)))
  const items = fitPage(request.links ? await addLinks(batch, found, ports) : found)
  const next = first + items.length
  return { items, ...(next < imageCount && { nextCursor: toCursor(String(next)) }) }
}

/** Returns the chunks that a page of at most so many images is in, from its first image. Pure. */
function listChunks(selection: SelectionResult, first: number, limit: number): number[] {
  const from = Math.floor(first / selection.chunkImages)
  const to = Math.min(Math.ceil((first + limit) / selection.chunkImages), countListChunks(selection))
  return Array.from({ length: to - from }, (_, index) => from + index)
}

/** Returns the receipts of the chunks up to one. Pure. */
const upToChunk = (last: number, { intact, damaged, done }: CopyReceipts): CopyReceipts => ({
  intact: new Map([...intact].filter(([chunk]) => chunk <= last)),
  damaged: new Map([...damaged].filter(([chunk]) => chunk <= last)),
  done,
})

/** Returns the number of the page's first image, from 0. @throws AppError `invalid-request` */
function parsePosition(cursor: string | undefined, imageCount: number): number {
  const text = fromCursor(cursor) ?? '0'
  if (!/^(0|[1-9]\d{0,5})$/.test(text) || (cursor !== undefined && Number(text) >= imageCount)) throw invalidCursor()
  return Number(text)
}

async function readPage(
  batch: string,
  selection: SelectionResult,
  first: number,
  limit: number,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<ImageLine[]> {
  const { chunkImages } = selection
  const chunks = listChunks(selection, first, limit)
  const [from = 0] = chunks
  const to = from + chunks.length
  const page: ImageLine[] = []
  let skipped = 0
  let bytes = 0
  for await (const { image, size } of imageLines(batch, selection, ports, { from, to })) {
    if (skipped++ < first % chunkImages) continue
    page.push(image)
    bytes += size
    if (page.length >= limit || bytes > MAX_PAGE_BYTES) break
  }
  return page
}

function withCopy(line: ImageLine, copy: ImageCopy | undefined, loss: CopyLoss | undefined): BatchImage {
  if (loss) return { ...line, copy: loss.outcome, reason: loss.reason }
  if (!copy) return line
  const { outcome, imageId: _, etag: __, ...facts } = copy
  return { ...line, copy: outcome, ...facts }
}

/** Adds a link to each image that has a good copy, where its line names a key for that. */
function addLinks(
  batch: string,
  images: readonly BatchImage[],
  ports: Pick<Ports, 'config' | 'bucket' | 'now'>,
): Promise<BatchImage[]> {
  const toLink = imageLinks(ports)
  const addLink = async (image: BatchImage): Promise<BatchImage> => {
    const key = isGood({ outcome: image.copy }) ? findCopyKey(batch, image, ports) : undefined
    return key === undefined ? image : { ...image, ...(await toLink(key)) }
  }
  return Promise.all(images.map(addLink))
}
