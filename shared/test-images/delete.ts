import type { Ports } from '../platform/ports.ts'
import { cleanUp } from './clean-up.ts'
import { imageFolder, noTestImage, stateKey } from './store.ts'

/**
 * Deletes a test image, whatever became of it. Its state goes first, so that no worker tells of it any more; an image
 * that is left of one whose deletion died is found here, too.
 * @throws AppError `not-found`
 */
export async function deleteTestImage(imageId: string, ports: Ports): Promise<void> {
  // Whatever stands there, a state that cannot be read any more too.
  const found = await ports.objects.get(stateKey(imageId))
  if (found) await ports.objects.remove([stateKey(imageId)])
  else {
    const { objects } = await ports.objects.list(`${imageFolder(ports.config)}${imageId}.`, { limit: 1 })
    if (objects.length === 0) throw noTestImage(imageId)
  }
  await cleanUp(imageId, ports)
}
