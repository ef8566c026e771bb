import pLimit from 'p-limit'
import type { Ports } from '../platform/ports.ts'
import { createState, replaceState } from '../platform/state/record.ts'
import { type ImageAddress, imageAddresses } from './addresses.ts'
import { toTestImageView } from './describe.ts'
import { MAX_IMAGE_BYTES } from './inspect.ts'
import { enqueueFetch } from './send.ts'
import { findTestImage, stateKey } from './store.ts'
import type { QueuedTestImage, TestImageState, TestImagesPreview, TestImagesView } from './test-image.ts'

/** States read or written at once. */
const IN_FLIGHT = 16

/** Whether there is anything to do about an address: one that is stored is left alone. */
const isWanted = (state: Pick<TestImageState, 'state'> | undefined): boolean => state?.state !== 'stored'

/** What asking for these images would do. @throws AppError as `requestTestImages` */
export async function previewTestImages(urls: readonly string[], ports: Ports): Promise<TestImagesPreview> {
  const addresses = imageAddresses(urls, ports.config.allowLoopback)
  const items = await forEach(addresses, async ({ imageId, url }) => {
    const state = (await findTestImage(imageId, ports))?.value.state
    return { imageId, url, ...(state && { state }), willFetch: isWanted(state && { state }) }
  })
  const fetches = items.filter(({ willFetch }) => willFetch).length
  return { fetches, mostBytes: fetches * MAX_IMAGE_BYTES, items }
}

/**
 * Has the images at these addresses fetched by workers. One that is stored stays as it is, one that failed is tried
 * again, and one that waits is sent once more, should its message be lost.
 * @returns each as it now stands, in the order of the request, and whether any of them is under way
 * @throws AppError `bad-source` naming every address that may not be called, `invalid-request` when one is there twice
 */
export async function requestTestImages(
  urls: readonly string[],
  ports: Ports,
): Promise<{ isUnderWay: boolean; view: TestImagesView }> {
  const addresses = imageAddresses(urls, ports.config.allowLoopback)
  const states = await forEach(addresses, (address) => queued(address, ports))
  const wanted = states.filter(isWanted)
  await enqueueFetch(wanted, ports)
  const items = await forEach(states, (state) => toTestImageView(state, ports))
  return { isUnderWay: wanted.length > 0, view: { items } }
}

/** The state of an address once it waits to be fetched, or is stored. */
async function queued({ imageId, address, url }: ImageAddress, ports: Ports): Promise<TestImageState> {
  for (;;) {
    const found = await findTestImage(imageId, ports)
    if (found && found.value.state !== 'failed') return found.value
    const key = stateKey(imageId)
    const known = { imageId, url, requestedAt: ports.now().toISOString() }
    const state: QueuedTestImage = { ...known, state: 'queued', queuedId: ports.newId(), address }
    const isMine = found ? replaceState(ports, key, found.etag, state) : createState(ports, key, state)
    if (await isMine) return state
  }
}

function forEach<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const limit = pLimit(IN_FLIGHT)
  return Promise.all(items.map((item) => limit(work, item)))
}
