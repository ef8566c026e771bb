import pLimit from 'p-limit'
import { findCopyKey } from '../batches/record/copy-key.ts'
import type { ImageLine } from '../batches/record/image-list.ts'
import { imagesFolder } from '../batches/record/store.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import type { Ports } from '../platform/ports.ts'
import { listingPages } from '../platform/storage/listing-pages.ts'
import type { ListedObject, Listing } from '../platform/storage/ports.ts'
import { findVersion } from '../platform/storage/stored-file.ts'
import { type ImageCopy, isGood } from './copy-image.ts'

/** What became of a good copy: it does not exist any more, or another object is in its place. */
export const LOSSES = ['copy-gone', 'copy-changed'] as const

/** A good copy that is not as it was made, and what to do about it. */
export interface CopyLoss {
  readonly outcome: (typeof LOSSES)[number]
  readonly reason: string
}

/** Returns why a good copy is not as it was made; `undefined` when it is, and for an image without a good copy. */
type FindLoss = (image: CopyLine, copy: ImageCopy) => CopyLoss | undefined

type CopyLine = Pick<ImageLine, 'imageId' | 'destination'>
type Needs = Pick<Ports, 'config' | 'objects'>
type Found = Pick<ListedObject, 'size' | 'etag'>

/** Looks at all copies of a batch: one LIST for each thousand. */
export async function checkExistingCopies(batch: string, ports: Needs): Promise<FindLoss> {
  const listed: Listing[] = []
  for await (const page of listingPages(ports, imagesFolder(batch, ports))) listed.push(page)
  return compareWith(batch, listed, ports)
}

/** A LIST costs as much as this many reads. */
const READS_PER_LIST = 12
const MAX_READS_IN_FLIGHT = 50

/**
 * Looks at the copies of some images of a batch, whichever costs less: one LIST, if it shows all copies of the batch, or
 * a read of a byte of each, 50 side by side.
 * @param imageCount images of the batch
 */
export async function checkCopiesOf(
  images: readonly { readonly image: CopyLine; readonly copy: ImageCopy | undefined }[],
  { batch, imageCount }: { readonly batch: string; readonly imageCount: number },
  ports: Needs,
): Promise<FindLoss> {
  const good = images.flatMap(({ image, copy }) => (copy && isGood(copy) ? [image] : []))
  if (good.length > READS_PER_LIST && imageCount <= MAX_LISTED) {
    const listing = await ports.objects.list(imagesFolder(batch, ports))
    // Somebody may have put other objects into the folder.
    if (listing.next === undefined) return compareWith(batch, [listing], ports)
  }
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const read = async (image: CopyLine) => {
    const key = findCopyKey(batch, image, ports)
    return [image.destination, key === undefined ? undefined : await findVersion(key, ports)] as const
  }
  const found = new Map(await Promise.all(good.map((image) => limit(read, image))))
  return ({ destination }, copy) => findLoss(batch, copy, found.get(destination))
}

/** Objects in one answer to a LIST. */
const MAX_LISTED = 1000

function compareWith(batch: string, listings: readonly Listing[], ports: Needs): FindLoss {
  const existing = new Map(
    listings.flatMap(({ objects }) => objects.map((object) => [toS3Uri(object.key, ports), object] as const)),
  )
  return ({ destination }, copy) => findLoss(batch, copy, existing.get(destination))
}

/** Compares a copy with what is in its place. One of an older version, whose ETag is not known, is compared by its size. Pure. */
function findLoss(batch: string, copy: ImageCopy, found: Found | undefined): CopyLoss | undefined {
  if (!isGood(copy)) return undefined
  const restore = `POST /v1/batches/${batch}/copy?verify=true`
  if (!found) return { outcome: 'copy-gone', reason: `its copy does not exist any more; ${restore} restores it` }
  const { bytes = found.size, etag = found.etag } = copy
  if (bytes === found.size && etag === found.etag) return undefined
  return {
    outcome: 'copy-changed',
    reason: `another object is in the place of its copy; remove that, then ${restore} restores the copy`,
  }
}
