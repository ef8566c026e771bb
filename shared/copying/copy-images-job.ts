import pLimit from 'p-limit'
import * as z from 'zod'
import { type ImageLine, imageLines, readChunk } from '../batches/record/image-list.ts'
import { enqueueRunBatch } from '../batches/record/messages.ts'
import type { BatchState, SelectionResult } from '../batches/record/state.ts'
import { assertSelected, batchFolder, findBatch, imageKey, imagesFolder, imagesKey } from '../batches/record/store.ts'
import { type EventDraft, type FanOutJob, SubjectGoneError } from '../platform/fan-out/job.ts'
import { findReceipts } from '../platform/fan-out/receipts.ts'
import type { Ports } from '../platform/ports.ts'
import { recordType } from '../platform/state/record-type.ts'
import { storedObject } from '../platform/state/stored-schema.ts'
import { removeFolder } from '../platform/storage/remove-folder.ts'
import { copyImage, ImageCopy, isGood, type Outcome } from './copy-image.ts'

/** The batch to copy. A batch that is recreated under the same name has another id. */
export const CopySubject = z.object({ batch: z.string(), batchId: z.string() })
export type CopySubject = z.infer<typeof CopySubject>

const ChunkReceipt = storedObject({ images: z.array(ImageCopy), doneAt: z.string() })
export type ChunkReceipt = z.infer<typeof ChunkReceipt>

const Failure = z
  .object({
    imageId: z.string(),
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

  planChunks: async (subject, round, ports) => {
    const batch = await findSubject(subject, ports)
    if (!batch?.selection) return undefined
    if (round === 1) return uncopiedChunks(batch.selection)
    const { receipts } = await findReceipts({ job: copyImagesJob, subject, round: round - 1 }, ports)
    return uncopiedChunks(batch.selection, receipts)
  },

  runChunk: async (subject, chunk, before, ports) => {
    const limit = pLimit(ports.config.copiesInFlight)
    const good = goodCopies(before)
    const images = await readChunkLines(subject, chunk, ports)
    const copies = images.map((image) => good.get(image.imageId) ?? limit(() => copyImage(image, subject, ports)))
    return toReceipt(await Promise.all(copies), good, ports)
  },

  deadLetterChunk: async (subject, chunk, before, { message }, ports) => {
    const good = goodCopies(before)
    const images = await readChunkLines(subject, chunk, ports)
    const toFailed = (imageId: string): ImageCopy => ({ imageId, outcome: 'failed', reason: message })
    const copies = images.map(({ imageId }) => good.get(imageId) ?? toFailed(imageId))
    return toReceipt(copies, good, ports)
  },

  total: sumReceipts,

  onComplete: async (subject, totals, ports) => {
    const batch = await findSubject(subject, ports)
    return batch && { ...toEndEvent(subject, totals), afterPublish: () => resumeRun(subject, batch, ports) }
  },

  // The copies exist, although `onComplete` could not check whether the batch still does.
  onFailure: async (subject, totals, _, ports) => ({
    ...toEndEvent(subject, totals),
    afterPublish: async () => resumeRun(subject, await findSubject(subject, ports), ports),
  }),

  // A worker that was busy while the round was cancelled and the batch deleted may have written copies afterwards.
  cleanUp: async (subject, ports, receipt) => {
    if (await findSubject(subject, ports)) return
    await removeFolder(`${copyImagesJob.roundsKey(subject, ports.config)}/`, ports)
    const isStillCurrent = async () => !(await findRecreated(subject, ports))
    if (await isStillCurrent()) await removeFolder(imagesFolder(subject.batch, ports), ports, { isStillCurrent })
    else if (receipt) await removeStrays(subject, receipt, ports)
  },
}

/** Returns the chunks with an image that has no good copy. @param receipts the latest of each chunk so far. Pure. */
export const uncopiedChunks = (
  { chunkOffsets }: SelectionResult,
  receipts: ReadonlyMap<number, ChunkReceipt> = new Map(),
): number[] => [...Array(chunkOffsets.length - 1).keys()].filter((chunk) => !receipts.get(chunk)?.images.every(isGood))

function toEndEvent(subject: CopySubject, { failures, bytes: _, ...counts }: CopyTotals): EventDraft {
  return { type: failures.length === 0 ? 'batch.copied' : 'batch.incomplete', data: { ...subject, ...counts } }
}

/** Reads this very batch; `undefined` when it was deleted, recreated, or is being deleted. */
async function findSubject(
  { batch, batchId }: CopySubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<BatchState | undefined> {
  const found = await findBatch(batch, ports)
  return found?.value.batchId === batchId && found.value.state !== 'deleting' ? found.value : undefined
}

/** Enqueues the next step of a run that waits for this copy. */
async function resumeRun(
  { batch }: CopySubject,
  state: BatchState | undefined,
  ports: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  if (state?.run?.state === 'running') await enqueueRunBatch(batch, state, ports)
}

/** Reads the batch that was created under this name since. */
async function findRecreated(
  { batch, batchId }: CopySubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<BatchState | undefined> {
  const found = await findBatch(batch, ports)
  return found && found.value.batchId !== batchId ? found.value : undefined
}

/** Removes what a chunk copied into a batch that was recreated meanwhile with other images. */
async function removeStrays(
  subject: CopySubject,
  { images }: ChunkReceipt,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<void> {
  if ((await findRecreated(subject, ports))?.state !== 'selected') return
  const strays = new Set(images.flatMap(({ imageId, outcome }) => (outcome === 'copied' ? [imageId] : [])))
  for await (const { image } of imageLines(imagesKey(subject.batch, ports), 0, ports)) strays.delete(image.imageId)
  if (strays.size === 0 || (await findRecreated(subject, ports))?.state !== 'selected') return
  await ports.objects.remove([...strays].map((imageId) => ({ key: imageKey(subject.batch, imageId, ports) })))
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
    failed: countOutcome(images, 'failed'),
    bytes: images.reduce((sum, image) => sum + (isGood(image) ? (image.bytes ?? 0) : 0), 0),
    failures: images
      .filter((image) => !isGood(image))
      .slice(0, MAX_FAILURES)
      .map(({ imageId, outcome, reason = '' }) => ({ imageId, outcome, reason })),
  }
}

/** Returns the receipt, and records metrics of the images that this round worked on. */
function toReceipt(
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
  return { images, doneAt: ports.now().toISOString() }
}

/** Returns the good copies of an earlier round, by image id: they are not copied again. */
const goodCopies = (before: ChunkReceipt | undefined): Map<string, ImageCopy> =>
  new Map(before?.images.filter(isGood).map((image) => [image.imageId, image]))

/** @throws SubjectGoneError when the batch was deleted, or recreated under its name */
async function readChunkLines(
  { batch, batchId }: CopySubject,
  chunk: number,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<ImageLine[]> {
  const found = await findBatch(batch, ports)
  if (found?.value.batchId !== batchId) throw new SubjectGoneError(`The batch "${batch}" was deleted.`)
  const { selection } = assertSelected(batch, found.value)
  const [start = 0, end = 0] = selection.chunkOffsets.slice(chunk, chunk + 2)
  return readChunk(imagesKey(batch, ports), start, end, ports)
}
