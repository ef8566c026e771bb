import type { Ports } from '../platform/ports.ts'
import type { FetchTestImageMessage, TestImageState } from './test-image.ts'

/** Sends a message for each image to the queue `test-images`. */
export async function enqueueFetch(
  states: readonly TestImageState[],
  ports: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  const { requestId } = ports
  const messages = states.map(({ imageId }): FetchTestImageMessage => ({ imageId, requestId }))
  if (messages.length > 0) await ports.messages.send('test-images', messages)
}
