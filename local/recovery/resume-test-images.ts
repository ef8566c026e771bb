import type { Ports } from '../../shared/platform/ports.ts'
import { skipCorrupt } from '../../shared/platform/state/corrupt-state.ts'
import { enqueueFetch } from '../../shared/test-images/send.ts'
import { findTestImage, STATES_FOLDER } from '../../shared/test-images/store.ts'
import type { TestImageState } from '../../shared/test-images/test-image.ts'
import { resendPending } from './resume-deliveries.ts'

/** Enqueues queued test images again. The local queues are in memory, so their messages are lost when the stack stops. */
export async function resumeTestImages(ports: Ports): Promise<void> {
  const read = async (imageId: string): Promise<TestImageState | undefined> => {
    const state = (await skipCorrupt(findTestImage(imageId, ports), ports))?.value
    return state?.state === 'queued' ? state : undefined
  }
  await resendPending(STATES_FOLDER, read, (states) => enqueueFetch(states, ports), ports)
}
