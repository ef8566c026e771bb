import pLimit from 'p-limit'
import * as z from 'zod'
import { AppError } from '../errors.ts'
import type { EventDraft, Work } from '../fan-out/work.ts'
import type { Ports } from '../ports.ts'
import { removeFolder } from '../remove-folder.ts'
import type { BatchState } from './batch.ts'
import { copyImage, ImageCopy, isGood, type Outcome } from './copy-image.ts'
import { type ImageLine, imageLines, readChunk } from './image-lines.ts'
import { batchFolder, findBatch, getSelected, imageKey, imagesFolder, imagesKey } from './store.ts'

/** One batch, in the form that it was made in: made anew, it has another id. */
export const CopySubject = z.object({ batch: z.string(), batchId: z.string() })
export type CopySubject = z.infer<typeof CopySubject>

const ChunkReceipt = z.object({ images: z.array(ImageCopy), doneAt: z.string() })
export type ChunkReceipt = z.infer<typeof ChunkReceipt>

const Failure = z.object({ imageId: z.string(), outcome: z.string(), reason: z.string() })

/** Images of a batch by how their copies ended, over all rounds. */
export const CopyTotals = z.object({
  copied: z.int(),
  present: z.int(),
  missing: z.int(),
  denied: z.int(),
  conflict: z.int(),
  failed: z.int(),
  /** Size of all good copies. */
  bytes: z.int(),
  /** Images without a good copy, the first 1,000 of them. */
  failures: z.array(Failure),
})
export type CopyTotals = z.infer<typeof CopyTotals>

/** Copies a batch's images, 25 or more to a chunk; the best outcome of each image stands over all rounds. */
export const copyImages: Work<CopySubject, ChunkReceipt, CopyTotals> = {
  name: 'copy-images',
  subject: CopySubject,
  receipt: ChunkReceipt,
  totals: CopyTotals,
  roundsKey: ({ batch, batchId }, config) => `${batchFolder(batch, { config })}copies/${batchId}`,

  runChunk: async (subject, chunk, before, ports) => {
    const limit = pLimit(ports.config.copiesInFlight)
    const good = goodOf(before)
    const images = await linesOf(subject, chunk, ports)
    const copies = images.map((image) => good.get(image.imageId) ?? limit(() => copyImage(image, subject, ports)))
    return { images: await Promise.all(copies), doneAt: ports.now().toISOString() }
  },

  giveUp: async (subject, chunk, before, { message }, ports) => {
    const good = goodOf(before)
    const images = await linesOf(subject, chunk, ports)
    return {
      images: images.map(({ imageId }) => good.get(imageId) ?? { imageId, outcome: 'failed', reason: message }),
      doneAt: ports.now().toISOString(),
    }
  },

  total: totalOf,

  follow: async (subject, totals, ports) => ((await isGone(subject, ports)) ? undefined : endedEvent(subject, totals)),

  // What is copied is copied, whatever kept whoever follows from looking whether the batch is still there.
  fail: async (subject, totals) => endedEvent(subject, totals),

  // Whoever was busy when the round was cancelled and the batch deleted would leave its copies behind.
  cleanUp: async (subject, ports, receipt) => {
    if (!(await isGone(subject, ports))) return
    await removeFolder(`${copyImages.roundsKey(subject, ports.config)}/`, ports)
    const mayGoOn = async () => !(await madeAnew(subject, ports))
    if (await mayGoOn()) await removeFolder(imagesFolder(subject.batch, ports), ports, { mayGoOn })
    else if (receipt) await removeStrays(subject, receipt, ports)
  },
}

function endedEvent(subject: CopySubject, { failures, bytes: _, ...counts }: CopyTotals): EventDraft {
  return { type: failures.length === 0 ? 'batch.copied' : 'batch.incomplete', data: { ...subject, ...counts } }
}

/** Whether the batch was deleted, or is being; one made anew under its name is another. */
async function isGone({ batch, batchId }: CopySubject, ports: Ports): Promise<boolean> {
  const found = await findBatch(batch, ports)
  return found?.value.batchId !== batchId || found.value.state === 'deleting'
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
export function totalOf(receipts: ReadonlyMap<number, ChunkReceipt>): CopyTotals {
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

const goodOf = (before: ChunkReceipt | undefined): Map<string, ImageCopy> =>
  new Map(before?.images.filter(isGood).map((image) => [image.imageId, image]))

async function linesOf({ batch, batchId }: CopySubject, chunk: number, ports: Ports): Promise<ImageLine[]> {
  const { selection, ...state } = await getSelected(batch, ports)
  if (state.batchId !== batchId) throw new AppError('not-found', `The batch "${batch}" was made anew.`)
  const [start = 0, end = 0] = selection.chunkOffsets.slice(chunk, chunk + 2)
  return readChunk(imagesKey(batch, ports), start, end, ports)
}
