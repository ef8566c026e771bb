import { toS3Uri } from '../../contracts/s3-uri.ts'
import { COPY_EXTENSIONS, copyExtension } from '../../image-files/image-extension.ts'
import type { Ports } from '../../platform/ports.ts'
import type { ImageLine } from './image-list.ts'
import { imagesFolder } from './store.ts'

type Configured = Pick<Ports, 'config'>

/** Key of the copy of an image that is being chosen: it keeps the extension of its source. */
export const copyKey = (batch: string, { imageId, source }: Pick<ImageLine, 'imageId' | 'source'>, ports: Configured) =>
  `${imagesFolder(batch, ports)}${imageId}.${copyExtension(source)}`

/** Keys that the copy of an image may have. In batches of older versions it always ends in `.jpg`. */
export const copyKeys = (batch: string, imageId: string, ports: Configured): string[] =>
  COPY_EXTENSIONS.map((extension) => `${imagesFolder(batch, ports)}${imageId}.${extension}`)

/**
 * Returns the key of an image's copy, as its line in the image list names it; `undefined` when that is no key for a copy
 * of this image in this batch.
 */
export const findCopyKey = (
  batch: string,
  { imageId, destination }: Pick<ImageLine, 'imageId' | 'destination'>,
  ports: Configured,
): string | undefined => copyKeys(batch, imageId, ports).find((key) => toS3Uri(key, ports) === destination)
