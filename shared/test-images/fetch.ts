import { AppError } from '../contracts/errors.ts'
import { type StoredProblem, toStoredProblem } from '../contracts/stored-problem.ts'
import type { Ports } from '../platform/ports.ts'
import { replaceState } from '../platform/state/record.ts'
import { cleanUp } from './clean-up.ts'
import { checkImageStart, inspectImage, MAX_IMAGE_BYTES } from './inspect.ts'
import { findTestImage, imageKey, stateKey } from './store.ts'
import type { QueuedTestImage, StoredTestImage, TestImageState } from './test-image.ts'

const ACCEPTED = 'image/jpeg, image/png'

/**
 * Fetches a test image that waits, and writes down what became of it; one that does not wait is left alone. What cannot
 * become good ends as failed; what may pass is noted, and thrown to have the message brought again.
 */
export async function fetchTestImage(imageId: string, ports: Ports): Promise<void> {
  const state = (await findTestImage(imageId, ports))?.value
  if (state?.state === 'queued') await fetchQueued(state, ports)
  await cleanUp(imageId, ports)
}

/** Writes down as failed a test image whose message kept failing, with what it failed with last where that is known. */
export async function deadLetterTestImage(imageId: string, error: AppError, ports: Ports): Promise<void> {
  const state = (await findTestImage(imageId, ports))?.value
  if (state?.state === 'queued')
    await conclude(state, failed(state, state.problem ?? toStoredProblem(error), ports), ports)
  await cleanUp(imageId, ports)
}

async function fetchQueued(queued: QueuedTestImage, ports: Ports): Promise<void> {
  try {
    await conclude(queued, await store(queued, ports), ports)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const problem = toStoredProblem(error)
    if (error.code === 'bad-source') return conclude(queued, failed(queued, problem, ports), ports)
    await conclude(queued, { ...queued, problem }, ports)
    throw error
  }
}

/** Writes down what became of it, unless that was done meanwhile, or it was queued anew. */
async function conclude(queued: QueuedTestImage, state: TestImageState, ports: Ports): Promise<void> {
  const { imageId, queuedId } = queued
  for (;;) {
    const found = await findTestImage(imageId, ports)
    if (found?.value.state !== 'queued' || found.value.queuedId !== queuedId) return
    if (await replaceState(ports, stateKey(imageId), found.etag, state)) break
  }
  const isNow = (wanted: TestImageState['state']): number => Number(state.state === wanted)
  ports.metrics.record({ TestImagesStored: isNow('stored'), TestImagesFailed: isNow('failed') })
  ports.log.info('test_image.completed', { imageId, state: state.state })
}

const failed = (
  { imageId, url, requestedAt }: QueuedTestImage,
  problem: StoredProblem,
  { now }: Ports,
): TestImageState => ({ imageId, url, requestedAt, state: 'failed', problem, failedAt: now().toISOString() })

/** Stores the image, if none is there: of two workers that have fetched one address, both tell of the first one's. */
async function store(queued: QueuedTestImage, ports: Ports): Promise<StoredTestImage> {
  const { imageId, url, requestedAt, address } = queued
  const checkStart = (start: Uint8Array) => checkImageStart(start, url)
  let bytes = await ports.downloads.get(address, { maxBytes: MAX_IMAGE_BYTES, accept: ACCEPTED, checkStart })
  let header = inspectImage(bytes, url)
  const key = imageKey({ imageId, format: header.format }, ports.config)
  if ((await ports.objects.put(key, bytes, { absent: true })) === undefined) {
    const standing = await ports.objects.get(key)
    if (!standing) throw new AppError('upstream-failed', `${url} was fetched twice at once, and removed.`)
    bytes = standing.bytes
    header = inspectImage(bytes, url)
  }
  const storedAt = ports.now().toISOString()
  return { imageId, url, requestedAt, state: 'stored', ...header, bytes: bytes.length, storedAt }
}
