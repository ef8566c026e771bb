import pLimit from 'p-limit'
import * as z from 'zod'
import { enqueueRunBatch } from '../batches/record/messages.ts'
import { readChunk } from '../batches/record/read-image-list.ts'
import type { BatchState } from '../batches/record/state.ts'
import { batchFolder } from '../batches/record/store.ts'
import type { EventDraft, FanOutJob } from '../platform/fan-out/job.ts'
import type { Ports } from '../platform/ports.ts'
import { readOrCorrupt, skipCorrupt } from '../platform/state/corrupt-state.ts'
import { recordType } from '../platform/state/record-type.ts'
import { storedObject } from '../platform/state/stored-schema.ts'
import { cleanUpCopies } from './clean-up-copies.ts'
import { copyImage, ImageCopy, isGood, Outcome } from './copy-image.ts'
import { CopySubject, findSubject, getCopiedBatch } from './copy-subject.ts'
import { readChunkIds } from './unlisted-image.ts'

const ChunkReceipt = storedObject({
  images: z.array(ImageCopy),
  doneAt: z.string(),
  /** Whose receipt it is, so that one in the place of another is noticed. Absent in version 1. */
  batchId: z.string().optional(),
  chunk: z.int().optional(),
})
export type ChunkReceipt = z.infer<typeof ChunkReceipt>

const Failure = z
  .object({
    imageId: z.string().describe('Its id; `#7` for the seventh of the batch where the image list could not be read'),
    outcome: z.string().describe('As it is counted: `missing`, `denied`, `conflict` or `failed`'),
    reason: z.string(),
  })
  .meta({ id: 'CopyFailure', description: 'An image without a good copy, and why.' })

/** More failures are counted, but not listed. */
const MAX_FAILURES = 1000

/** Images of a batch by outcome, over all rounds. */
export const CopyTotals = z.object({
  copied: z.int().describe('Images that were copied'),
  present: z.int().describe('Images that had been copied before'),
  missing: z.int().describe('Images that do not exist at the source'),
  denied: z.int().describe('Images that may not be read'),
  conflict: z.int().describe('Images whose destination holds another object'),
  failed: z.int().describe('Images that failed for another reason, after several attempts'),
  bytes: z.int().describe('Size of all good copies'),
  failures: z
    .array(Failure)
    .describe(`Images without a good copy; at most the first ${MAX_FAILURES.toLocaleString('en-US')}`),
})
export type CopyTotals = z.infer<typeof CopyTotals>

/** Copies a batch's images, 25 or more per chunk. Over all rounds, the best outcome of each image counts. */
export const copyImagesJob: FanOutJob<CopySubject, ChunkReceipt, CopyTotals> = {
  name: 'copy-images',
  subject: CopySubject,
  receipt: recordType('the receipt of a chunk', ChunkReceipt),
  totals: CopyTotals,
  roundsKey: ({ batch, batchId }, config) => `${batchFolder(batch, { config })}copies/${batchId}`,

  runChunk: async (subject, chunk, before, ports) => {
    const limit = pLimit(ports.config.copiesInFlight)
    const good = goodCopies(before)
    const { selection } = await getCopiedBatch(subject, ports)
    const images = await readChunk(subject.batch, selection, chunk, ports)
    const copies = images.map((image) => good.get(image.imageId) ?? limit(() => copyImage(image, subject, ports)))
    return toReceipt({ batchId: subject.batchId, chunk }, await Promise.all(copies), good, ports)
  },

  deadLetterChunk: async (subject, chunk, before, error, ports) => {
    const good = goodCopies(before)
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

/** Whether every image has a good copy. Pure. */
export const isComplete = ({ copied, present }: CopyTotals, imageCount: number): boolean =>
  copied + present === imageCount

/** @param batch undefined when its record cannot be read, so that nobody knows whether the totals are complete. Pure. */
function toEndEvent(subject: CopySubject, totals: CopyTotals, batch: BatchState | undefined): EventDraft {
  const { failures: _, bytes: __, ...counts } = totals
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

const countOutcome = (images: readonly ImageCopy[], outcome: Outcome): number =>
  images.filter((image) => image.outcome === outcome).length

/** Sums up the receipts, in batch order. Pure. */
export function sumReceipts(receipts: ReadonlyMap<number, ChunkReceipt>): CopyTotals {
  const images = [...receipts.values()].flatMap((receipt) => receipt.images)
  return {
    copied: countOutcome(images, 'copied'),
    present: countOutcome(images, 'present'),
    missing: countOutcome(images, 'missing'),
    denied: countOutcome(images, 'denied'),
    conflict: countOutcome(images, 'conflict'),
    // What only a newer version knows counts as failed, so that the totals add up.
    failed: images.filter(({ outcome }) => outcome === 'failed' || !Outcome.options.includes(outcome)).length,
    bytes: images.reduce((sum, image) => sum + (isGood(image) ? (image.bytes ?? 0) : 0), 0),
    failures: images
      .filter((image) => !isGood(image))
      .slice(0, MAX_FAILURES)
      .map(({ imageId, outcome, reason = '' }) => ({ imageId, outcome, reason })),
  }
}

/** Returns the receipt, and records metrics of the images that this round worked on. */
function toReceipt(
  owner: { readonly batchId: string; readonly chunk: number },
  images: ImageCopy[],
  good: ReadonlyMap<string, ImageCopy>,
  ports: Pick<Ports, 'metrics' | 'now'>,
): ChunkReceipt {
  const tried = images.filter(({ imageId }) => !good.has(imageId))
  ports.metrics.record({
    ImagesCopied: countOutcome(tried, 'copied'),
    ImagesPresent: countOutcome(tried, 'present'),
    ImagesMissing: countOutcome(tried, 'missing'),
    ImagesDenied: countOutcome(tried, 'denied'),
    ImagesConflict: countOutcome(tried, 'conflict'),
    ImagesFailed: countOutcome(tried, 'failed'),
  })
  return { ...owner, images, doneAt: ports.now().toISOString() }
}

/** Returns the good copies of an earlier round, by image id: they are not copied again. */
const goodCopies = (before: ChunkReceipt | undefined): Map<string, ImageCopy> =>
  new Map(before?.images.filter(isGood).map((image) => [image.imageId, image]))
