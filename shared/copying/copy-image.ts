import * as z from 'zod'
import type { ImageLine } from '../batches/record/image-list.ts'
import { imageKey } from '../batches/record/store.ts'
import { AppError } from '../contracts/errors.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import { readImageHeader } from '../image-files/image-header.ts'
import type { Ports } from '../platform/ports.ts'
import { storedEnum, storedObject } from '../platform/state/stored-schema.ts'
import type { ObjectFacts } from '../platform/storage/ports.ts'
import { readRange } from '../platform/storage/stored-file.ts'

/** How the copy of an image ended. `copied` and `present` are good; the others can be retried. */
export const Outcome = z.enum(['copied', 'present', 'missing', 'denied', 'conflict', 'failed'])
export type Outcome = z.infer<typeof Outcome>

/** What is known of an image after its copy was tried. */
export const ImageCopy = storedObject({
  imageId: z.string(),
  outcome: storedEnum(Outcome.options),
  reason: z.string().optional(),
  /** Size of the copy in bytes. */
  bytes: z.int().optional(),
  /** Size in pixels as stored, before EXIF orientation; absent when the header has none. */
  width: z.int().optional(),
  height: z.int().optional(),
})
export type ImageCopy = z.infer<typeof ImageCopy>

export const isGood = ({ outcome }: Pick<ImageCopy, 'outcome'>): boolean =>
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
  try {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const copy = await tryCopy(image, owner, ports)
      if (copy) return copy
    }
    return { imageId, outcome: 'failed', reason: `${source} keeps changing` }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { imageId, outcome: 'failed', reason: error.message }
  }
}

/** Returns `undefined` when the source changed between its description and its copy. */
async function tryCopy(
  { imageId, source }: ImageLine,
  owner: CopyOwner,
  ports: CopyPorts,
): Promise<ImageCopy | undefined> {
  const facts = await ports.copier.describe(source)
  if (facts === 'missing') return { imageId, outcome: 'missing', reason: `${source} does not exist` }
  if (facts === 'denied') return { imageId, outcome: 'denied', reason: `access to ${source} is denied` }
  const key = imageKey(owner.batch, imageId, ports)
  const metadata = { [SOURCE_ETAG]: facts.etag, [SOURCE_SIZE]: String(facts.size), [COPIED_BY]: owner.batchId }
  const { contentType } = facts
  const result = await ports.copier.copy({ source, sourceEtag: facts.etag, key, contentType, metadata })
  switch (result) {
    case 'copied':
      return addSize({ imageId, outcome: 'copied' }, key, ports)
    case 'missing':
      return { imageId, outcome: 'missing', reason: `${source} does not exist` }
    case 'denied':
      return { imageId, outcome: 'denied', reason: `copying ${source} to ${toS3Uri(key, ports)} is denied` }
    case 'refused': {
      const existing = await ports.copier.describe(toS3Uri(key, ports))
      return typeof existing === 'object' ? compare(imageId, existing, facts, owner, key, ports) : undefined
    }
  }
}

/** Compares an existing destination with the source: a copy of this very version is good, any other object a conflict. */
async function compare(
  imageId: string,
  existing: ObjectFacts,
  source: ObjectFacts,
  { batchId }: CopyOwner,
  key: string,
  ports: CopyPorts,
): Promise<ImageCopy> {
  const isSame =
    existing.metadata[SOURCE_ETAG] === source.etag &&
    existing.metadata[SOURCE_SIZE] === String(source.size) &&
    existing.size === source.size
  if (!isSame)
    return {
      imageId,
      outcome: 'conflict',
      reason: `${toS3Uri(key, ports)} holds another object; delete it and copy again`,
    }
  const outcome = existing.metadata[COPIED_BY] === batchId ? 'copied' : 'present'
  return addSize({ imageId, outcome }, key, ports)
}

/** Most headers lie in the first bytes; embedded profiles and previews push some further back. */
const HEADER_BYTES = [32 << 10, 1 << 20]

/** Adds the copy's size in bytes and pixels, read from its header. */
async function addSize(copy: ImageCopy, key: string, ports: CopyPorts): Promise<ImageCopy> {
  let bytes: number | undefined
  for (const end of HEADER_BYTES) {
    const stored = await readRange(key, { start: 0, end }, ports)
    if (!stored) return { ...copy, outcome: 'failed', reason: 'the copy was deleted' }
    bytes = stored.size
    const header = readImageHeader(stored.bytes, stored.size)
    if (header === 'incomplete') continue
    if ('problem' in header) return { ...copy, bytes, reason: header.problem }
    return { ...copy, bytes, width: header.width, height: header.height }
  }
  return { ...copy, ...(bytes !== undefined && { bytes }), reason: 'its header has no size in pixels' }
}
