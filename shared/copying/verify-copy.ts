import { findCopyKey } from '../batches/record/copy-key.ts'
import type { ImageLine } from '../batches/record/image-list.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import type { Ports } from '../platform/ports.ts'
import type { ObjectFacts } from '../platform/storage/ports.ts'
import { type CopyOwner, copyImage, type ImageCopy, isOurCopy, orFailed } from './copy-image.ts'

/**
 * Looks at a good copy of an earlier round, and copies the image again if it is gone or is not what was copied: one
 * request for a copy that is as it was. An object of somebody else in its place is a conflict, and is not replaced. Copies
 * of older versions, whose size in pixels is not known, are checked like new ones.
 * @param known the copy as an earlier round left it
 */
export const verifyCopy = (
  image: ImageLine,
  known: ImageCopy,
  owner: CopyOwner,
  ports: Pick<Ports, 'config' | 'copier' | 'objects'>,
): Promise<ImageCopy> =>
  orFailed(image, async () => {
    const key = findCopyKey(owner.batch, image, ports)
    const found = key !== undefined && known.width !== undefined && (await ports.copier.describe(toS3Uri(key, ports)))
    return typeof found === 'object' && isAsCopied(known, found) ? known : copyImage(image, owner, ports)
  })

/** Whether an object is the copy that was made. Pure. */
const isAsCopied = ({ bytes, etag }: ImageCopy, found: ObjectFacts): boolean =>
  isOurCopy(found) &&
  (bytes === undefined || bytes === found.size) &&
  // Older versions did not record it.
  (etag === undefined || etag === found.etag)
