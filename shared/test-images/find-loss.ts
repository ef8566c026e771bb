import type { Ports } from '../platform/ports.ts'
import { findVersion } from '../platform/storage/stored-file.ts'
import { imageKey } from './store.ts'
import type { Loss, TestImageState } from './test-image.ts'

/**
 * Looks whether the object of a stored image is still there, as it was stored: one request. An image of an older version,
 * whose ETag is not known, is compared by its size.
 * @returns `undefined` when it is, and for an image that is not stored
 */
export async function findLoss(
  state: TestImageState,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Loss | undefined> {
  if (state.state !== 'stored') return undefined
  const found = await findVersion(imageKey(state, ports.config), ports)
  if (!found) return 'gone'
  const { bytes, etag = found.etag } = state
  return bytes === found.size && etag === found.etag ? undefined : 'changed'
}
