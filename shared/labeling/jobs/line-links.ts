import type { ImageLink } from '../../contracts/image-link.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../../platform/ports.ts'
import { imageLinks } from '../../platform/storage/quarter-hour-links.ts'

/** Copies of batches and test images, as their keys are below the data prefix. */
const IMAGE = /^(?:[^/]+\/images|test)\/[^/]+\.(?:jpe?g|png)$/i

/**
 * Returns a function that makes links to the images of manifest lines. Somebody else may have written the lines: only an
 * image that Groundwork stores gets a link, and nothing else of the bucket.
 */
export function lineLinks(ports: Pick<Ports, 'config' | 'bucket' | 'now'>): (sourceRef: string) => Promise<ImageLink> {
  const { dataPrefix } = ports.config
  const folder = toS3Uri(dataPrefix, ports)
  const toLink = imageLinks(ports)
  return async (sourceRef) => {
    const path = sourceRef.startsWith(folder) ? sourceRef.slice(folder.length) : ''
    return IMAGE.test(path) ? await toLink(`${dataPrefix}${path}`) : {}
  }
}
