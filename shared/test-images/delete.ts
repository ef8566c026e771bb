import type { Ports } from '../platform/ports.ts'
import { discardState } from '../platform/state/record.ts'
import { findVersion } from '../platform/storage/stored-file.ts'
import { cleanUp } from './clean-up.ts'
import { imageFolder, noTestImage, testImageRef } from './store.ts'

/**
 * Deletes a test image in any state. The state is removed first, so that no worker can complete it anymore. A repeated
 * call removes an image that an interrupted deletion left behind.
 * @throws AppError `not-found`
 */
export async function deleteTestImage(imageId: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<void> {
  const ref = testImageRef(imageId)
  // The object is not parsed, so that a corrupt state can be deleted too.
  if (await findVersion(ref.key, ports)) await discardState(ref, ports)
  else {
    const { objects } = await ports.objects.list(`${imageFolder(ports.config)}${imageId}.`, { limit: 1 })
    if (objects.length === 0) throw noTestImage(imageId)
  }
  await cleanUp(imageId, ports)
}
