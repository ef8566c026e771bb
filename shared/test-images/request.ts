import pLimit from 'p-limit'
import { MAX_IMAGE_BYTES } from '../contracts/image-limits.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { createState, replaceCorrupt, replaceState } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { type ImageAddress, parseImageAddresses } from './addresses.ts'
import { toTestImageView } from './describe.ts'
import { findLoss } from './find-loss.ts'
import { enqueueFetch } from './send.ts'
import { findTestImage, testImageRef } from './store.ts'
import type { Loss, QueuedTestImage, TestImageState, TestImagesPreview, TestImagesView } from './test-image.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'messages' | 'bucket' | 'log' | 'requestId' | 'now' | 'newId'>

/** Concurrent reads and writes of states. */
const MAX_IN_FLIGHT = 16

/** Whether an image has to be fetched: not if it is stored, or in a state that only a newer version knows. */
const needsFetch = (state: TestImageState['state'] | undefined): boolean =>
  state === undefined || state === 'queued' || state === 'failed'

/** Returns what requesting these images would do; nothing is written. @throws AppError as {@link requestTestImages} */
export async function previewTestImages(
  urls: readonly string[],
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<TestImagesPreview> {
  const addresses = parseImageAddresses(urls, ports.config.allowLoopback)
  const items = await mapConcurrently(addresses, async ({ imageId, url }) => {
    const found = await readOrCorrupt(findTestImage(imageId, ports))
    const stored = found instanceof CorruptStateError ? undefined : found?.value
    const loss = stored && (await findLoss(stored, ports))
    const state = loss ?? stored?.state
    return { imageId, url, ...(state && { state }), willFetch: loss === 'gone' || needsFetch(stored?.state) }
  })
  const fetches = items.filter(({ willFetch }) => willFetch).length
  return { fetches, mostBytes: fetches * MAX_IMAGE_BYTES, items }
}

/**
 * Queues the images at these URLs for workers to fetch. Idempotent: stored images stay as they are, those whose object is
 * gone are fetched again, failed ones are retried, and queued ones get another message, in case theirs was lost. One whose
 * state cannot be read is fetched as if it were new.
 * @returns the current state of each image, in the order of the request, and whether any of them is being fetched
 * @throws AppError `bad-source` with an issue for each URL that is not allowed, `invalid-request` when a URL is
 *   repeated
 */
export async function requestTestImages(
  urls: readonly string[],
  ports: Needs,
): Promise<{ isUnderWay: boolean; view: TestImagesView }> {
  const addresses = parseImageAddresses(urls, ports.config.allowLoopback)
  const images = await mapConcurrently(addresses, (address) => queueImage(address, ports))
  const queued = images.flatMap(({ state }) => (needsFetch(state.state) ? [state] : []))
  await enqueueFetch(queued, ports)
  const items = await mapConcurrently(images, ({ state, loss }) => toTestImageView(state, ports, loss))
  return { isUnderWay: queued.length > 0, view: { items } }
}

/** The state of an image, and what became of its object if it is stored. */
interface RequestedImage {
  readonly state: TestImageState
  readonly loss?: Loss | undefined
}

/**
 * Queues an image that is new, failed, gone or unreadable. One that is stored, perhaps with another object in its place,
 * stays as it is: a worker would take that object for the image.
 */
function queueImage(
  { imageId, address, url }: ImageAddress,
  ports: Pick<Ports, 'config' | 'objects' | 'log' | 'now' | 'newId'>,
): Promise<RequestedImage> {
  const ref = testImageRef(imageId)
  return retryOnConflict(ref.key, async () => {
    const found = await readOrCorrupt(findTestImage(imageId, ports))
    const base = { imageId, url, requestedAt: ports.now().toISOString() }
    const state: QueuedTestImage = { ...base, state: 'queued', queuedId: ports.newId(), address }
    if (found instanceof CorruptStateError)
      return (await replaceCorrupt(ref, found, state, ports)) ? { state } : CONFLICT
    if (!found) return (await createState(ref, state, ports)) ? { state } : CONFLICT
    const loss = await findLoss(found.value, ports)
    if (loss !== 'gone' && found.value.state !== 'failed') return { state: found.value, loss }
    const again: QueuedTestImage = { ...withoutOutcome(found.value), ...state }
    return (await replaceState(ref, found, again, ports)) ? { state: again } : CONFLICT
  })
}

/** Returns what is kept of an image that is fetched again, such as fields that only a newer version knows. Pure. */
function withoutOutcome(image: TestImageState): object {
  const fields = ['problem', 'failedAt', 'format', 'bytes', 'width', 'height', 'redirectedTo', 'storedAt', 'etag']
  return Object.fromEntries(Object.entries(image).filter(([name]) => !fields.includes(name)))
}

function mapConcurrently<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const limit = pLimit(MAX_IN_FLIGHT)
  return Promise.all(items.map((item) => limit(map, item)))
}
