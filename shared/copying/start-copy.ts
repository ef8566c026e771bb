import { getSelectedBatch } from '../batches/record/store.ts'
import type { CopyPreview } from '../contracts/batch-preview.ts'
import { latestReceipts } from '../platform/fan-out/receipts.ts'
import { readEnd, resumeRound, startRound } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { isGood } from './copy-image.ts'
import { copyImagesJob } from './copy-images-job.ts'
import { type CopyProgress, type CopyRound, findCopyRound, getCopyRound, readProgress } from './copy-progress.ts'
import { estimateCopy } from './plan-copies.ts'

/** What copying the batch takes at the most. @throws AppError `not-found`, `wrong-state` */
export async function previewCopy(batch: string, ports: Ports): Promise<CopyPreview> {
  const { selection } = await getSelectedBatch(batch, ports)
  return estimateCopy(selection.imageCount)
}

/**
 * Starts copying a batch. While a round runs, sends again what of it has no receipt; after one, starts the next with
 * the chunks whose images have no good copy yet; when all have, does nothing but tell of its end, should nobody have.
 * @param most the last round that the caller knows of: behind a later one, which somebody may have cancelled, it starts none
 */
export async function startCopy(
  batch: string,
  ports: Ports,
  most = Number.POSITIVE_INFINITY,
): Promise<{ started: boolean; progress: CopyProgress }> {
  const { selection, ...state } = await getSelectedBatch(batch, ports)
  const total = selection.imageCount
  const last = await findCopyRound(batch, state, ports)
  const end = last && (await readEnd(last, ports))
  if (last && !end) {
    await resumeRound(last, ports)
    return { started: true, progress: await readProgress(last, total, ports) }
  }
  if (last && last.round > most) return { started: true, progress: await readProgress(last, total, ports) }
  // What follows it kept failing, even where it was given up: nobody has been told of its end.
  if (last && end?.value.state === 'finished' && end.value.completedAt === undefined) await resumeRound(last, ports)
  const chunks = await chunksToCopy(last, selection.chunkOffsets.length - 1, ports)
  if (last && chunks.length === 0) {
    const progress = await readProgress(last, total, ports)
    // A round whose last copies came in after it was cancelled needs one more, with nothing to do, to end well.
    if (progress.state !== 'cancelled') return { started: false, progress }
  }
  const subject = { batch, batchId: state.batchId }
  const next: CopyRound = { job: copyImagesJob, subject, round: (last?.round ?? 0) + 1 }
  await startRound(next, chunks, ports)
  return { started: true, progress: await readProgress(next, total, ports) }
}

/** Chunks with an image that has no good copy. */
async function chunksToCopy(last: CopyRound | undefined, count: number, ports: Ports): Promise<number[]> {
  const receipts = last ? await latestReceipts(last, ports) : new Map()
  return [...Array(count).keys()].filter((chunk) => !receipts.get(chunk)?.images.every(isGood))
}

/** How far the copying of a batch is. @throws AppError `not-found` */
export async function getCopy(batch: string, ports: Ports): Promise<CopyProgress> {
  const { selection, ...state } = await getSelectedBatch(batch, ports)
  return readProgress(await getCopyRound(batch, state, ports), selection.imageCount, ports)
}
