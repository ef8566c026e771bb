import { imagesFolder } from '../../batches/record/store.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { ImageCopy } from '../../copying/copy-image.ts'
import type { Ports } from '../../platform/ports.ts'
import { listingPages } from '../../platform/storage/listing-pages.ts'
import type { ListedObject } from '../../platform/storage/ports.ts'

/** Why an image whose copy was good has no line: its copy is not there any more, or another object is in its place. */
type LostReason = 'copy-gone' | 'copy-changed'

/** Returns why a good copy is not as it was made; `undefined` when it is. */
type CheckCopy = (destination: string, copy: ImageCopy) => LostReason | undefined

/**
 * Looks at all copies of a batch: one LIST for each thousand. A copy of an older version, whose ETag is not known, is
 * compared by its size.
 */
export async function checkExistingCopies(batch: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<CheckCopy> {
  const existing = new Map<string, ListedObject>()
  for await (const { objects } of listingPages(ports, imagesFolder(batch, ports)))
    for (const object of objects) existing.set(toS3Uri(object.key, ports), object)
  return (destination, { bytes, etag }) => {
    const found = existing.get(destination)
    if (!found) return 'copy-gone'
    const isSame = (bytes ?? found.size) === found.size && (etag ?? found.etag) === found.etag
    return isSame ? undefined : 'copy-changed'
  }
}
