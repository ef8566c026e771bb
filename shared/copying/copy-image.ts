import * as z from 'zod'
import { findCopyKey } from '../batches/record/copy-key.ts'
import type { ImageLine } from '../batches/record/image-list.ts'
import { AppError } from '../contracts/errors.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import { CONTENT_TYPES, findMismatch } from '../image-files/image-extension.ts'
import type { Ports } from '../platform/ports.ts'
import { storedEnum, storedObject } from '../platform/state/stored-schema.ts'
import { parseCodings, withoutChunked } from '../platform/storage/content-encoding.ts'
import type { ObjectFacts, Refusal } from '../platform/storage/ports.ts'
import { inspectSource, type Picture } from './inspect-source.ts'

/** How the copy of an image ended. `copied` and `present` are good; the others can be retried. */
export const Outcome = z.enum(['copied', 'present', 'missing', 'denied', 'archived', 'unusable', 'conflict', 'failed'])
export type Outcome = z.infer<typeof Outcome>

/** What is known of an image after its copy was tried. */
export const ImageCopy = storedObject({
  imageId: z.string(),
  outcome: storedEnum(Outcome.options),
  reason: z.string().optional(),
  /** Size of the copy in bytes. Every good copy has it, and the size in pixels, unless an older version made it. */
  bytes: z.int().optional(),
  /** Size in pixels as stored, before EXIF orientation. */
  width: z.int().optional(),
  height: z.int().optional(),
  /** EXIF orientation, 2 to 8; absent when the picture is shown as it is stored. */
  orientation: z.int().optional(),
  /** The content type of the copy, which is what its bytes are. Absent in copies of older versions. */
  contentType: z.string().optional(),
  /** ETag of the copy. Absent in copies of older versions. */
  etag: z.string().optional(),
  /** What is unusual about a good copy. */
  warnings: z.array(storedObject({ code: z.string(), message: z.string() })).optional(),
})
export type ImageCopy = z.infer<typeof ImageCopy>

export const isGood = ({ outcome }: { readonly outcome: string | undefined }): boolean =>
  outcome === 'copied' || outcome === 'present'

/** The batch that a copy belongs to. A worker that is retried recognizes its own copies by it. */
export interface CopyOwner {
  readonly batch: string
  readonly batchId: string
}

type CopyPorts = Pick<Ports, 'config' | 'copier' | 'objects'>

/** Metadata that identifies the source of a copy: ETags of copies differ under KMS and multipart upload. */
const SOURCE_ETAG = 'groundwork-source-etag'
const SOURCE_SIZE = 'groundwork-source-size'
const COPIED_BY = 'groundwork-batch'

/** Whether an object is a copy that Groundwork made, of this batch or another. Pure. */
export const isOurCopy = ({ metadata }: Pick<ObjectFacts, 'metadata'>): boolean => SOURCE_ETAG in metadata

/** Whether an object is a copy that was made for this very batch. Pure. */
export const isCopyFor = (batchId: string, facts: Pick<ObjectFacts, 'metadata'>): boolean =>
  isOurCopy(facts) && facts.metadata[COPIED_BY] === batchId

/** Attempts per image: a source that changes between its description and its copy is described again. */
const MAX_ATTEMPTS = 2

/**
 * Copies one image into its batch, or recognizes an existing copy. Never throws for what concerns this image alone:
 * its outcome says what happened.
 */
export async function copyImage(image: ImageLine, owner: CopyOwner, ports: CopyPorts): Promise<ImageCopy> {
  const { imageId, source } = image
  return orFailed(image, async () => {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const copy = await tryCopy(image, owner, ports)
      if (copy) return copy
    }
    return { imageId, outcome: 'failed', reason: `${source} keeps changing` }
  })
}

/** Returns what `act` does, or that the image failed for the reason of what it throws. */
export async function orFailed(
  { imageId }: Pick<ImageLine, 'imageId'>,
  act: () => Promise<ImageCopy>,
): Promise<ImageCopy> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { imageId, outcome: 'failed', reason: error.message }
  }
}

/** Returns `undefined` when the source changed between its description and its copy. */
async function tryCopy(image: ImageLine, owner: CopyOwner, ports: CopyPorts): Promise<ImageCopy | undefined> {
  const { imageId, source } = image
  const key = findCopyKey(owner.batch, image, ports)
  if (key === undefined)
    return { imageId, outcome: 'failed', reason: `${image.destination} is not in the folder of the batch's images` }
  const picture = await inspectSource(source, ports)
  if (picture === 'changed') return undefined
  if ('unusable' in picture)
    return { imageId, outcome: 'unusable', reason: `${source} is no usable picture: ${picture.unusable}` }
  if ('refused' in picture) return { imageId, ...toOutcome(picture) }
  const { facts, header } = picture
  const result = await ports.copier.copy({
    source,
    sourceEtag: facts.etag,
    key,
    contentType: CONTENT_TYPES[header.format],
    headers: withoutChunked(facts.headers),
    metadata: { [SOURCE_ETAG]: facts.etag, [SOURCE_SIZE]: String(facts.size), [COPIED_BY]: owner.batchId },
  })
  if (result === 'changed') return undefined
  if (result === 'exists') {
    const existing = await ports.copier.describe(toS3Uri(key, ports))
    if (existing === 'denied') return { imageId, outcome: 'denied', reason: `reading ${image.destination} is denied` }
    return existing === 'missing' ? undefined : compare(image, existing, picture, owner)
  }
  if ('refused' in result) return { imageId, ...toOutcome(result) }
  return toGoodCopy(image, 'copied', picture, result.etag)
}

const toOutcome = ({ refused, reason }: Refusal): Pick<ImageCopy, 'outcome' | 'reason'> => ({
  outcome: refused,
  reason: refused === 'archived' ? `${reason}; restore it, then copy again` : reason,
})

/** Compares an existing destination with the source: a copy of this very version is good, any other object a conflict. Pure. */
function compare(image: ImageLine, existing: ObjectFacts, picture: Picture, { batchId }: CopyOwner): ImageCopy {
  const source = picture.facts
  const isSame =
    existing.metadata[SOURCE_ETAG] === source.etag &&
    existing.metadata[SOURCE_SIZE] === String(source.size) &&
    existing.size === source.size &&
    // Copies of older versions lack it, so that no browser can show them.
    hasSameCodings(existing, source)
  if (isSame)
    return toGoodCopy(image, existing.metadata[COPIED_BY] === batchId ? 'copied' : 'present', picture, existing.etag)
  const reason = `${image.destination} holds another object; delete it and copy again`
  return { imageId: image.imageId, outcome: 'conflict', reason }
}

const hasSameCodings = (one: ObjectFacts, other: ObjectFacts): boolean =>
  parseCodings(one.headers.contentEncoding).join() === parseCodings(other.headers.contentEncoding).join()

/** Returns what is known of a good copy: all of it was read of its source. Pure. */
function toGoodCopy(
  { imageId, source, destination }: ImageLine,
  outcome: 'copied' | 'present',
  { facts, header: { format, width, height, orientation = 1 } }: Picture,
  etag: string,
): ImageCopy {
  const contentType = CONTENT_TYPES[format]
  const extension = findMismatch([source, destination], format)
  const message = `its name ends in .${extension}, but it is ${format === 'jpg' ? 'JPEG' : 'PNG'}; the copy is stored as ${contentType}`
  return {
    imageId,
    outcome,
    bytes: facts.size,
    width,
    height,
    ...(orientation !== 1 && { orientation }),
    contentType,
    etag,
    ...(extension !== undefined && { warnings: [{ code: 'extension-mismatch', message }] }),
  }
}
