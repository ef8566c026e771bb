import pLimit from 'p-limit'
import * as z from 'zod'
import { type ImageLine, imageLines, readChunk } from '../batches/record/image-list.ts'
import { enqueueRunBatch } from '../batches/record/messages.ts'
import type { BatchState } from '../batches/record/state.ts'
import { assertSelected, batchFolder, findBatch, imageKey, imagesFolder, imagesKey } from '../batches/record/store.ts'
import type { EventDraft, FanOutJob } from '../platform/fan-out/job.ts'
import { SubjectGoneError } from '../platform/fan-out/job.ts'
import type { Ports } from '../platform/ports.ts'
import { removeFolder } from '../platform/storage/remove-folder.ts'
import { copyImage, ImageCopy, isGood, type Outcome } from './copy-image.ts'
import { toCopyMetrics } from './copy-metrics.ts'

/** One batch, in the form that it was made in: made anew, it has another id. */
export const CopySubject = z.object({ batch: z.string(), batchId: z.string() })
export type CopySubject = z.infer<typeof CopySubject>

const ChunkReceipt = z.object({ images: z.array(ImageCopy), doneAt: z.string() })
export type ChunkReceipt = z.infer<typeof ChunkReceipt>

const Failure = z
  .object({
    imageId: z.string(),
    outcome: z.string().describe('As it is counted: `missing`, `denied`, `conflict` or `failed`'),
    reason: z.string(),
  })
  .meta({ id: 'CopyFailure', description: 'An image that has no good copy, and why.' })

/** Images of a batch by how their copies ended, over all rounds. */
export const CopyTotals = z.object({
  copied: z.int().describe('Images copied now'),
  present: z.int().describe('Images that were there already'),
  missing: z.int().describe('Images that the source does not have'),
  denied: z.int().describe('Images that may not be read'),
  conflict: z.int().describe('Images in whose place is something else'),
  failed: z.int().describe('Images that failed for another reason, after several tries'),
  bytes: z.int().describe('Size of all good copies'),
  failures: z.array(Failure).describe('Images without a good copy, the first 1,000 of them'),
})
export type CopyTotals = z.infer<typeof CopyTotals>

/** Copies a batch's images, 25 or more to a chunk; the best outcome of each image stands over all rounds. */
export const copyImagesJob: FanOutJob<CopySubject, ChunkReceipt, CopyTotals> = {
  name: 'copy-images',
  subject: CopySubject,
  receipt: ChunkReceipt,
  totals: CopyTotals,
  roundsKey: ({ batch, batchId }, config) => `${batchFolder(batch, { config })}copies/${batchId}`,

  runChunk: async (subject, chunk, before, ports) => {
    const limit = pLimit(ports.config.copiesInFlight)
    const good = goodOf(before)
    const images = await readChunkLines(subject, chunk, ports)
    const copies = images.map((image) => good.get(image.imageId) ?? limit(() => copyImage(image, subject, ports)))
    return receiptOf(await Promise.all(copies), good, ports)
  },

  deadLetterChunk: async (subject, chunk, before, { message }, ports) => {
    const good = goodOf(before)
    const images = await readChunkLines(subject, chunk, ports)
    const failed = (imageId: string): ImageCopy => ({ imageId, outcome: 'failed', reason: message })
    return receiptOf(
      images.map(({ imageId }) => good.get(imageId) ?? failed(imageId)),
      good,
      ports,
    )
  },

  total: sumReceipts,

  onComplete: async (subject, totals, ports) => {
    const standing = await findStanding(subject, ports)
    return standing && { ...endedEvent(subject, totals), afterPublish: () => goOn(subject, standing, ports) }
  },

  // What is copied is copied, whatever kept whoever follows from looking whether the batch is still there.
  onFailure: async (subject, totals, _, ports) => ({
    ...endedEvent(subject, totals),
    afterPublish: async () => goOn(subject, await findStanding(subject, ports), ports),
  }),

  // Whoever was busy when the round was cancelled and the batch deleted would leave its copies behind.
  cleanUp: async (subject, ports, receipt) => {
    if (await findStanding(subject, ports)) return
    await removeFolder(`${copyImagesJob.roundsKey(subject, ports.config)}/`, ports)
    const isStillCurrent = async () => !(await madeAnew(subject, ports))
    if (await isStillCurrent()) await removeFolder(imagesFolder(subject.batch, ports), ports, { isStillCurrent })
    else if (receipt) await removeStrays(subject, receipt, ports)
  },
}

function endedEvent(subject: CopySubject, { failures, bytes: _, ...counts }: CopyTotals): EventDraft {
  return { type: failures.length === 0 ? 'batch.copied' : 'batch.incomplete', data: { ...subject, ...counts } }
}

/** This very batch; undefined when it was deleted, or is being. One made anew under its name is another. */
async function findStanding({ batch, batchId }: CopySubject, ports: Ports): Promise<BatchState | undefined> {
  const found = await findBatch(batch, ports)
  return found?.value.batchId === batchId && found.value.state !== 'deleting' ? found.value : undefined
}

/** A run waits for its copying to end. */
async function goOn({ batch }: CopySubject, standing: BatchState | undefined, ports: Ports): Promise<void> {
  if (standing?.run?.state === 'running') await enqueueRunBatch(batch, standing, ports)
}

/** The batch that has this one's name by now. */
async function madeAnew({ batch, batchId }: CopySubject, ports: Ports): Promise<BatchState | undefined> {
  const found = await findBatch(batch, ports)
  return found && found.value.batchId !== batchId ? found.value : undefined
}

/** Removes what a chunk copied into a batch that was made anew meanwhile, of other images. */
async function removeStrays(subject: CopySubject, { images }: ChunkReceipt, ports: Ports): Promise<void> {
  if ((await madeAnew(subject, ports))?.state !== 'selected') return
  const strays = new Set(images.flatMap(({ imageId, outcome }) => (outcome === 'copied' ? [imageId] : [])))
  for await (const { image } of imageLines(imagesKey(subject.batch, ports), 0, ports)) strays.delete(image.imageId)
  if (strays.size === 0 || (await madeAnew(subject, ports))?.state !== 'selected') return
  await ports.objects.remove([...strays].map((imageId) => imageKey(subject.batch, imageId, ports)))
}

/** What the receipts come to, in batch order. Pure. */
export function sumReceipts(receipts: ReadonlyMap<number, ChunkReceipt>): CopyTotals {
  const images = [...receipts.values()].flatMap((receipt) => receipt.images)
  const count = (outcome: Outcome): number => images.filter((image) => image.outcome === outcome).length
  return {
    copied: count('copied'),
    present: count('present'),
    missing: count('missing'),
    denied: count('denied'),
    conflict: count('conflict'),
    failed: count('failed'),
    bytes: images.reduce((sum, image) => sum + (isGood(image) ? (image.bytes ?? 0) : 0), 0),
    failures: images
      .filter((image) => !isGood(image))
      .slice(0, 1000)
      .map(({ imageId, outcome, reason = '' }) => ({ imageId, outcome, reason })),
  }
}

/** @param good those that were good before: this time did nothing to them */
function receiptOf(images: ImageCopy[], good: ReadonlyMap<string, ImageCopy>, ports: Ports): ChunkReceipt {
  ports.metrics.record(toCopyMetrics(images.filter(({ imageId }) => !good.has(imageId))))
  return { images, doneAt: ports.now().toISOString() }
}

const goodOf = (before: ChunkReceipt | undefined): Map<string, ImageCopy> =>
  new Map(before?.images.filter(isGood).map((image) => [image.imageId, image]))

/** @throws SubjectGoneError when the batch was deleted, or recreated under its name */
async function readChunkLines({ batch, batchId }: CopySubject, chunk: number, ports: Ports): Promise<ImageLine[]> {
  const found = await findBatch(batch, ports)
  if (found?.value.batchId !== batchId) throw new SubjectGoneError(`The batch "${batch}" was deleted.`)
  const { selection } = assertSelected(batch, found.value)
  const [start = 0, end = 0] = selection.chunkOffsets.slice(chunk, chunk + 2)
  return readChunk(imagesKey(batch, ports), start, end, ports)
}
