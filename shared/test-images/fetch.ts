import { AppError } from '../contracts/errors.ts'
import { MAX_IMAGE_BYTES } from '../contracts/image-limits.ts'
import { type StoredProblem, toStoredProblem } from '../contracts/stored-problem.ts'
import type { Ports } from '../platform/ports.ts'
import { skipCorrupt } from '../platform/state/corrupt-state.ts'
import { replaceState } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { readStored, writeFile } from '../platform/storage/stored-file.ts'
import { cleanUp } from './clean-up.ts'
import { checkImageStart, inspectImage } from './inspect.ts'
import { findTestImage, imageKey, testImageRef } from './store.ts'
import type { QueuedTestImage, StoredTestImage, TestImageState } from './test-image.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'downloads' | 'log' | 'metrics' | 'now' | 'newId'>

const ACCEPT = 'image/jpeg, image/png'

/**
 * Fetches a queued test image and records the outcome. A permanent error (`bad-source`) fails the image. A retryable
 * error is recorded and thrown, so that SQS redelivers the message. Does nothing for an image that is not queued, nor for
 * one whose state cannot be read: its URL is not known, so only another request can queue it again.
 */
export const fetchTestImage = (imageId: string, ports: Needs): Promise<void> =>
  workOn(imageId, (queued) => fetchQueued(queued, ports), ports)

/**
 * Fails a queued test image whose message failed repeatedly, with the last recorded problem, or `error` without one.
 */
export const deadLetterTestImage = (imageId: string, error: AppError, ports: Needs): Promise<void> =>
  workOn(
    imageId,
    (queued) => complete(queued, toFailed(queued, queued.problem ?? toStoredProblem(error), ports), ports),
    ports,
  )

/** Does something with an image if it is queued, and cleans up. An image whose state cannot be read is skipped. */
async function workOn(imageId: string, act: (queued: QueuedTestImage) => Promise<void>, ports: Needs): Promise<void> {
  const actAndCleanUp = async (): Promise<void> => {
    const state = (await findTestImage(imageId, ports))?.value
    if (state?.state === 'queued') await act(state)
    await cleanUp(imageId, ports)
  }
  await skipCorrupt(actAndCleanUp(), ports)
}

async function fetchQueued(queued: QueuedTestImage, ports: Needs): Promise<void> {
  try {
    await complete(queued, await download(queued, ports), ports)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const problem = toStoredProblem(error)
    if (error.code === 'bad-source') return complete(queued, toFailed(queued, problem, ports), ports)
    await complete(queued, { ...queued, problem }, ports)
    throw error
  }
}

/** Records the outcome, unless another worker has done so, or the image was queued again. */
async function complete(queued: QueuedTestImage, state: TestImageState, ports: Needs): Promise<void> {
  const { imageId, queuedId } = queued
  const ref = testImageRef(imageId)
  const isRecorded = await retryOnConflict(ref.key, async () => {
    const found = await findTestImage(imageId, ports)
    if (found?.value.state !== 'queued' || found.value.queuedId !== queuedId) return false
    return (await replaceState(ref, found, state, ports)) !== undefined || CONFLICT
  })
  if (!isRecorded) return
  const countIf = (outcome: TestImageState['state']): number => Number(state.state === outcome)
  ports.metrics.record({ TestImagesStored: countIf('stored'), TestImagesFailed: countIf('failed') })
  ports.log.info('test_image.completed', { imageId, state: state.state })
}

const toFailed = (queued: QueuedTestImage, problem: StoredProblem, { now }: Pick<Ports, 'now'>): TestImageState => ({
  ...toEnded(queued),
  state: 'failed',
  problem,
  failedAt: now().toISOString(),
})

/** Returns what is kept of an image that is no longer queued: all but its whole URL, which may hold secrets. Pure. */
const toEnded = ({ address: _, queuedId: __, problem: ___, ...rest }: QueuedTestImage) => rest

/**
 * Downloads and stores the image. Of two workers that fetch the same URL, both record the image that was stored first.
 */
async function download(queued: QueuedTestImage, ports: Needs): Promise<StoredTestImage> {
  const { imageId, url, address } = queued
  const name = (from: string): string => (from === url ? url : `${from}, to which ${url} redirects,`)
  const checkStart = (start: Uint8Array, from: string) => checkImageStart(start, name(from))
  const downloaded = await ports.downloads.get(address, { maxBytes: MAX_IMAGE_BYTES, accept: ACCEPT, checkStart })
  const { url: from } = downloaded
  let { bytes } = downloaded
  let header = inspectImage(bytes, name(from))
  const key = imageKey({ imageId, format: header.format }, ports.config)
  let etag = await writeFile(key, bytes, ports, { absent: true })
  if (etag === undefined) {
    const existing = await readStored(key, ports)
    if (!existing) throw new AppError('upstream-failed', `The image of ${url} was removed while it was being fetched.`)
    bytes = existing.bytes
    etag = existing.etag
    header = inspectImage(bytes, url)
  }
  const { format, width, height } = header
  const facts = { format, width, height, bytes: bytes.length, storedAt: ports.now().toISOString(), etag }
  return { ...toEnded(queued), state: 'stored', ...facts, ...(from !== url && { redirectedTo: from }) }
}
