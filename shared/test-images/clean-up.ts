import type { Ports } from '../platform/ports.ts'
import { findTestImage, imageKey, imageKeys } from './store.ts'

/**
 * Removes what lies under the image's keys and is not what its state tells of: that of a worker who died, came too late,
 * or was given something else. While the image waits, it may be what the next one tells of.
 */
export async function cleanUp(imageId: string, ports: Ports): Promise<void> {
  const state = (await findTestImage(imageId, ports))?.value
  if (state?.state === 'queued') return
  const kept = state?.state === 'stored' ? imageKey(state, ports.config) : undefined
  await ports.objects.remove(imageKeys(imageId, ports.config).filter((key) => key !== kept))
}
