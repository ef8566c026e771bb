import type { Ports } from '../platform/ports.ts'
import { removeFiles } from '../platform/storage/stored-file.ts'
import { findTestImage, imageKey, imageKeys } from './store.ts'

/**
 * Removes image objects of a test image that its state does not refer to, left by a worker that crashed or was late.
 * Does nothing while the image is queued, because its next worker may use the object, nor in a state that only a newer
 * version knows.
 * @throws CorruptStateError when the state cannot be read, so that nothing is known of the objects
 */
export async function cleanUp(imageId: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<void> {
  const state = (await findTestImage(imageId, ports))?.value
  if (state && state.state !== 'stored' && state.state !== 'failed') return
  const kept = state?.state === 'stored' ? imageKey(state, ports.config) : undefined
  const doomed = imageKeys(imageId, ports.config).filter((key) => key !== kept)
  await removeFiles(
    doomed.map((key) => ({ key })),
    ports,
  )
}
