import * as z from 'zod'
import type { ImageLine } from '../batches/record/image-list.ts'
import { imageKey, toS3Uri } from '../batches/record/store.ts'
import { AppError } from '../contracts/errors.ts'
import type { ObjectFacts, Ports } from '../platform/ports.ts'
import { imageHeader } from '../platform/storage/image-header.ts'

/** How the copy of one image ended. `copied` and `present` are good; the others can be tried again. */
export const Outcome = z.enum(['copied', 'present', 'missing', 'denied', 'conflict', 'failed'])
export type Outcome = z.infer<typeof Outcome>

/** What is known of one image once its copy was tried. */
export const ImageCopy = z.object({
  imageId: z.string(),
  outcome: Outcome,
  reason: z.string().optional(),
  /** Size of the copy. */
  bytes: z.int().optional(),
  /** Size in pixels as stored, not turned by EXIF; unknown where the header could not be read. */
  width: z.int().optional(),
  height: z.int().optional(),
})
export type ImageCopy = z.infer<typeof ImageCopy>

export const isGood = ({ outcome }: Pick<ImageCopy, 'outcome'>): boolean =>
  outcome === 'copied' || outcome === 'present'

/** Whose copy it is: a worker that died and came again finds its own. */
export interface CopyOwner {
  readonly batch: string
  readonly batchId: string
}

/** Metadata of each copy, by which it is known again: ETags of copies differ under KMS and in parts. */
const SOURCE_ETAG = 'groundwork-source-etag'
const SOURCE_SIZE = 'groundwork-source-size'
const COPIED_BY = 'groundwork-batch'

/** Copies one image into its batch, or finds it there. Never throws for what concerns this image alone. */
export async function copyImage(image: ImageLine, owner: CopyOwner, ports: Ports): Promise<ImageCopy> {
  try {
    return await tryCopy(image, owner, ports, 2)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { imageId: image.imageId, outcome: 'failed', reason: error.message }
  }
}

async function tryCopy(image: ImageLine, owner: CopyOwner, ports: Ports, tries: number): Promise<ImageCopy> {
  const { imageId, source } = image
  const facts = await ports.copier.describe(source)
  if (facts === 'missing') return { imageId, outcome: 'missing', reason: `there is no ${source}` }
  if (facts === 'denied') return { imageId, outcome: 'denied', reason: `${source} may not be read` }
  const key = imageKey(owner.batch, imageId, ports)
  const metadata = { [SOURCE_ETAG]: facts.etag, [SOURCE_SIZE]: String(facts.size), [COPIED_BY]: owner.batchId }
  const { contentType } = facts
  const copied = await ports.copier.copy({ source, sourceEtag: facts.etag, key, contentType, metadata })
  if (copied === 'copied') return withSize({ imageId, outcome: 'copied' }, key, ports)
  if (copied === 'missing') return { imageId, outcome: 'missing', reason: `there is no ${source}` }
  if (copied === 'denied')
    return { imageId, outcome: 'denied', reason: `copying ${source} to ${toS3Uri(key, ports)} was refused` }
  const standing = await ports.copier.describe(toS3Uri(key, ports))
  if (typeof standing === 'object') return compare(imageId, standing, facts, owner, key, ports)
  if (tries > 1) return tryCopy(image, owner, ports, tries - 1)
  return { imageId, outcome: 'failed', reason: `${source} keeps changing` }
}

/** The destination exists: a copy of this very version, ours or an earlier one, or something else. */
async function compare(
  imageId: string,
  standing: ObjectFacts,
  source: ObjectFacts,
  { batchId }: CopyOwner,
  key: string,
  ports: Ports,
): Promise<ImageCopy> {
  const same = standing.metadata[SOURCE_ETAG] === source.etag && standing.metadata[SOURCE_SIZE] === String(source.size)
  if (!same)
    return {
      imageId,
      outcome: 'conflict',
      reason: `something that this did not copy is at ${toS3Uri(key, ports)}; delete it and copy again`,
    }
  const outcome = standing.metadata[COPIED_BY] === batchId ? 'copied' : 'present'
  return withSize({ imageId, outcome }, key, ports)
}

/** Most headers lie in the first bytes; embedded profiles and previews push some further back. */
const HEADER_BYTES = [32 << 10, 1 << 20]

async function withSize(copy: ImageCopy, key: string, { objects }: Ports): Promise<ImageCopy> {
  let bytes: number | undefined
  for (const end of HEADER_BYTES) {
    const stored = await objects.get(key, { start: 0, end })
    if (!stored) return { ...copy, outcome: 'failed', reason: 'the copy is gone' }
    bytes = stored.size
    const header = imageHeader(stored.bytes)
    if (header) return { ...copy, bytes, width: header.width, height: header.height }
    if (stored.bytes.length >= stored.size) break
  }
  return { ...copy, ...(bytes !== undefined && { bytes }), reason: 'its header tells no size in pixels' }
}
