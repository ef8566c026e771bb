import { AppError } from '../contracts/errors.ts'
import { type StoredProblem, toStoredProblem } from '../contracts/stored-problem.ts'
import type { Ports } from '../platform/ports.ts'
import { replaceState } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { cleanUp } from './clean-up.ts'
import { checkImageStart, inspectImage, MAX_IMAGE_BYTES } from './inspect.ts'
import { findTestImage, imageKey, testImageRef } from './store.ts'
import type { QueuedTestImage, StoredTestImage, TestImageState } from './test-image.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'downloads' | 'log' | 'metrics' | 'now' | 'newId'>

const ACCEPT = 'image/jpeg, image/png'

/**
 * Fetches a queued test image and records the outcome. A permanent error (`bad-source`) fails the image. A retryable
 * error is recorded and thrown, so that SQS redelivers the message. Does nothing for an image that is not queued.
 */
export async function fetchTestImage(imageId: string, ports: Needs): Promise<void> {
  const state = (await findTestImage(imageId, ports))?.value
  if (state?.state === 'queued') await fetchQueued(state, ports)
  await cleanUp(imageId, ports)
}

/**
 * Fails a queued test image whose message failed repeatedly, with the last recorded problem, or `error` without one.
 */
export async function deadLetterTestImage(imageId: string, error: AppError, ports: Needs): Promise<void> {
  const state = (await findTestImage(imageId, ports))?.value
  if (state?.state === 'queued')
    await complete(state, toFailed(state, state.problem ?? toStoredProblem(error), ports), ports)
  await cleanUp(imageId, ports)
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
    return (await replaceState(ref, found, state, ports)) || CONFLICT
  })
  if (!isRecorded) return
  const countIf = (outcome: TestImageState['state']): number => Number(state.state === outcome)
  ports.metrics.record({ TestImagesStored: countIf('stored'), TestImagesFailed: countIf('failed') })
  ports.log.info('test_image.completed', { imageId, state: state.state })
}

const toFailed = (
  { imageId, url, requestedAt }: QueuedTestImage,
  problem: StoredProblem,
  { now }: Pick<Ports, 'now'>,
): TestImageState => ({ imageId, url, requestedAt, state: 'failed', problem, failedAt: now().toISOString() })

/**
 * Downloads and stores the image. Of two workers that fetch the same URL, both record the image that was stored first.
 */
async function download(queued: QueuedTestImage, ports: Needs): Promise<StoredTestImage> {
  const { imageId, url, requestedAt, address } = queued
  const checkStart = (start: Uint8Array) => checkImageStart(start, url)
  let bytes = await ports.downloads.get(address, { maxBytes: MAX_IMAGE_BYTES, accept: ACCEPT, checkStart })
  let header = inspectImage(bytes, url)
  const key = imageKey({ imageId, format: header.format }, ports.config)
  if ((await ports.objects.put(key, bytes, { absent: true })) === undefined) {
    const existing = await ports.objects.get(key)
    if (!existing) throw new AppError('upstream-failed', `The image of ${url} was removed while it was being fetched.`)
    bytes = existing.bytes
    header = inspectImage(bytes, url)
  }
  const storedAt = ports.now().toISOString()
  return { imageId, url, requestedAt, state: 'stored', ...header, bytes: bytes.length, storedAt }
}
