import pLimit from 'p-limit'
import { enqueueRunBatch } from '../batches/record/messages.ts'
import { readChunk } from '../batches/record/read-image-list.ts'
import type { BatchState } from '../batches/record/state.ts'
import { batchFolder } from '../batches/record/store.ts'
import type { EventDraft, FanOutJob } from '../platform/fan-out/job.ts'
import type { Ports } from '../platform/ports.ts'
import { readOrCorrupt, skipCorrupt } from '../platform/state/corrupt-state.ts'
import { cleanUpCopies } from './clean-up-copies.ts'
import { copyImage, type ImageCopy, isGood } from './copy-image.ts'
import {
  CHUNK_RECEIPT,
  type ChunkReceipt,
  type CopyTotals,
  countOutcome,
  isComplete,
  StoredTotals,
  sumReceipts,
} from './copy-receipt.ts'
import { CopySubject, findSubject, getCopiedBatch } from './copy-subject.ts'
import { chunksToCopy, NO_RECEIPTS, readReceipts } from './receipts.ts'
import { readChunkIds } from './unlisted-image.ts'
import { verifyCopy } from './verify-copy.ts'

/** Copies a batch's images, 25 or more per chunk. Over all rounds, the best outcome of each image counts. */
export const copyImagesJob: FanOutJob<CopySubject, ChunkReceipt, CopyTotals> = {
  name: 'copy-images',
  subject: CopySubject,
  receipt: CHUNK_RECEIPT,
  totals: StoredTotals,
  roundsKey: ({ batch, batchId }, config) => `${batchFolder(batch, { config })}copies/${batchId}`,

  planChunks: async (subject, round, ports) => {
    const batch = await findSubject(subject, ports)
    if (!batch?.selection) return undefined
    const { selection } = batch
    const before = round === 1 ? undefined : { job: copyImagesJob, subject, round: round - 1 }
    return chunksToCopy(before ? await readReceipts(before, selection, ports) : NO_RECEIPTS, selection)
  },

  runChunk: async (subject, chunk, before, ports, { verify = false }) => {
    const limit = pLimit(ports.config.copiesInFlight)
    const good = goodCopies(before)
    const { selection } = await getCopiedBatch(subject, ports)
    const images = await readChunk(subject.batch, selection, chunk, ports)
    const copies = images.map((image) => {
      const known = good.get(image.imageId)
      if (!known) return limit(() => copyImage(image, subject, ports))
      return verify ? limit(() => verifyCopy(image, known, subject, ports)) : known
    })
    return toReceipt({ batchId: subject.batchId, chunk }, await Promise.all(copies), good, ports)
  },

  deadLetterChunk: async (subject, chunk, before, error, ports, { verify = false }) => {
    // What could not be verified is not good: the next round finds the copies again.
    const good = verify ? NO_COPIES : goodCopies(before)
    const { imageIds, problem = error } = await readChunkIds(subject, chunk, before?.images, ports)
    const toFailed = (imageId: string): ImageCopy => ({ imageId, outcome: 'failed', reason: problem.message })
    const copies = imageIds.map((imageId) => good.get(imageId) ?? toFailed(imageId))
    return toReceipt({ batchId: subject.batchId, chunk }, copies, good, ports)
  },

  total: sumReceipts,

  onComplete: async (subject, totals, ports) => {
    const batch = await findSubject(subject, ports)
    if (!batch) return undefined
    return { ...toEndEvent(subject, totals, batch), afterPublish: () => resumeRun(subject, batch, ports) }
  },

  // The copies exist, although `onComplete` could not check whether the batch still does.
  onFailure: async (subject, totals, _, ports) => {
    const batch = await skipCorrupt(findSubject(subject, ports), ports)
    return { ...toEndEvent(subject, totals, batch), afterPublish: () => resumeRun(subject, batch, ports) }
  },

  // A worker that was busy while the round was cancelled and the batch deleted may have written copies afterwards.
  cleanUp: async (subject, ports, receipt) => {
    // A batch whose record cannot be read still exists.
    if (await readOrCorrupt(findSubject(subject, ports))) return
    const copied = receipt?.images.flatMap(({ imageId, outcome }) => (outcome === 'copied' ? [imageId] : []))
    await cleanUpCopies(subject, copyImagesJob.roundsKey(subject, ports.config), copied, ports)
  },
}

/** @param batch undefined when its record cannot be read, so that nobody knows whether the totals are complete. Pure. */
function toEndEvent(subject: CopySubject, totals: CopyTotals, batch: BatchState | undefined): EventDraft {
  const { failures: _, bytes: __, warnings: ___, ...counts } = totals
  const isAll = batch?.selection !== undefined && isComplete(totals, batch.selection.imageCount)
  return { type: isAll ? 'batch.copied' : 'batch.incomplete', data: { ...subject, ...counts } }
}

/** Enqueues the next step of a run that waits for this copy. */
async function resumeRun(
  { batch }: CopySubject,
  state: BatchState | undefined,
  ports: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  if (state?.run?.state === 'running') await enqueueRunBatch(batch, state, ports)
}

/** Returns the receipt, and records metrics of the images that this round worked on. */
function toReceipt(
  owner: { readonly batchId: string; readonly chunk: number },
  images: ImageCopy[],
  good: ReadonlyMap<string, ImageCopy>,
  ports: Pick<Ports, 'metrics' | 'now'>,
): ChunkReceipt {
  const tried = images.filter((image) => good.get(image.imageId) !== image)
  ports.metrics.record({
    ImagesCopied: countOutcome(tried, 'copied'),
    ImagesPresent: countOutcome(tried, 'present'),
    ImagesMissing: countOutcome(tried, 'missing'),
    ImagesDenied: countOutcome(tried, 'denied'),
    ImagesArchived: countOutcome(tried, 'archived'),
    ImagesUnusable: countOutcome(tried, 'unusable'),
    ImagesConflict: countOutcome(tried, 'conflict'),
    ImagesFailed: countOutcome(tried, 'failed'),
  })
  return { ...owner, images, doneAt: ports.now().toISOString() }
}

const NO_COPIES: ReadonlyMap<string, ImageCopy> = new Map()

/** Returns the good copies of an earlier round, by image id: they are not copied again. */
const goodCopies = (before: ChunkReceipt | undefined): Map<string, ImageCopy> =>
  new Map(before?.images.filter(isGood).map((image) => [image.imageId, image]))
