import pLimit from 'p-limit'
import type { Ports } from '../platform/ports.ts'
import { createState, replaceState } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { type ImageAddress, parseImageAddresses } from './addresses.ts'
import { toTestImageView } from './describe.ts'
import { MAX_IMAGE_BYTES } from './inspect.ts'
import { enqueueFetch } from './send.ts'
import { findTestImage, testImageRef } from './store.ts'
import type { QueuedTestImage, TestImageState, TestImagesPreview, TestImagesView } from './test-image.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'messages' | 'bucket' | 'requestId' | 'now' | 'newId'>

/** Concurrent reads and writes of states. */
const MAX_IN_FLIGHT = 16

/** Whether an image has to be fetched: a stored one is not fetched again. */
const needsFetch = (state: Pick<TestImageState, 'state'> | undefined): boolean => state?.state !== 'stored'

/** Returns what requesting these images would do; nothing is written. @throws AppError as {@link requestTestImages} */
export async function previewTestImages(
  urls: readonly string[],
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<TestImagesPreview> {
  const addresses = parseImageAddresses(urls, ports.config.allowLoopback)
  const items = await mapConcurrently(addresses, async ({ imageId, url }) => {
    const state = (await findTestImage(imageId, ports))?.value.state
    return { imageId, url, ...(state && { state }), willFetch: needsFetch(state && { state }) }
  })
  const fetches = items.filter(({ willFetch }) => willFetch).length
  return { fetches, mostBytes: fetches * MAX_IMAGE_BYTES, items }
}

/**
 * Queues the images at these URLs for workers to fetch. Idempotent: stored images stay as they are, failed ones are
 * retried, and queued ones get another message, in case theirs was lost.
 * @returns the current state of each image, in the order of the request, and whether any of them is being fetched
 * @throws AppError `bad-source` with an issue for each URL that is not allowed, `invalid-request` when a URL is
 *   repeated
 */
export async function requestTestImages(
  urls: readonly string[],
  ports: Needs,
): Promise<{ isUnderWay: boolean; view: TestImagesView }> {
  const addresses = parseImageAddresses(urls, ports.config.allowLoopback)
  const states = await mapConcurrently(addresses, (address) => queueImage(address, ports))
  const queued = states.filter(needsFetch)
  await enqueueFetch(queued, ports)
  const items = await mapConcurrently(states, (state) => toTestImageView(state, ports))
  return { isUnderWay: queued.length > 0, view: { items } }
}

/** Queues an image that is new or failed. Returns its state: queued, or stored already. */
function queueImage(
  { imageId, address, url }: ImageAddress,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<TestImageState> {
  const ref = testImageRef(imageId)
  return retryOnConflict(ref.key, async () => {
    const found = await findTestImage(imageId, ports)
    if (found && found.value.state !== 'failed') return found.value
    const base = { imageId, url, requestedAt: ports.now().toISOString() }
    const state: QueuedTestImage = { ...base, state: 'queued', queuedId: ports.newId(), address }
    const isWritten = await (found ? replaceState(ref, found, state, ports) : createState(ref, state, ports))
    return isWritten ? state : CONFLICT
  })
}

function mapConcurrently<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const limit = pLimit(MAX_IN_FLIGHT)
  return Promise.all(items.map((item) => limit(map, item)))
}
