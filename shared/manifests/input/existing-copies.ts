import { imagesFolder } from '../../batches/record/store.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import { type ImageCopy, isGood } from '../../copying/copy-image.ts'
import type { Ports } from '../../platform/ports.ts'
import { listingPages } from '../../platform/storage/listing-pages.ts'
import type { ListedObject } from '../../platform/storage/ports.ts'
import type { Omission } from './omissions.ts'

/** Returns why a good copy is not as it was made; `undefined` when it is, and for an image without a good copy. */
type FindLoss = (destination: string, copy: ImageCopy) => Omission | undefined

/**
 * Looks at all copies of a batch: one LIST for each thousand. A copy of an older version, whose ETag is not known, is
 * compared by its size.
 */
export async function checkExistingCopies(batch: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<FindLoss> {
  const existing = new Map<string, ListedObject>()
  for await (const { objects } of listingPages(ports, imagesFolder(batch, ports)))
    for (const object of objects) existing.set(toS3Uri(object.key, ports), object)
  return (destination, copy) => {
    if (!isGood(copy)) return undefined
    const found = existing.get(destination)
    const restore = `POST /v1/batches/${batch}/copy?verify=true`
    if (!found) return { outcome: 'copy-gone', reason: `its copy does not exist any more; ${restore} restores it` }
    const { bytes = found.size, etag = found.etag } = copy
    if (bytes === found.size && etag === found.etag) return undefined
    return {
      outcome: 'copy-changed',
      reason: `another object is in the place of its copy; remove that, then ${restore} restores the copy`,
    }
  }
}
