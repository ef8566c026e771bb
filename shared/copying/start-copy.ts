import { getSelectedBatch } from '../batches/record/store.ts'
import type { CopyPreview } from '../contracts/batch-preview.ts'
import { findReceipts } from '../platform/fan-out/receipts.ts'
import { readEnd, resumeRound, startRound } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { copyImagesJob, uncopiedChunks } from './copy-images-job.ts'
import { type CopyProgress, type CopyRound, findCopyRound, getCopyRound, readProgress } from './copy-progress.ts'
import { estimateCopy } from './estimate.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'messages' | 'requestId' | 'now' | 'newId'>

/** Previews what copying the batch costs at most; nothing is copied. @throws AppError `not-found`, `wrong-state` */
export async function previewCopy(batch: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<CopyPreview> {
  const { selection } = await getSelectedBatch(batch, ports)
  return estimateCopy(selection.imageCount)
}

/** The progress after a start, and whether a round runs. */
export interface StartedCopy {
  readonly started: boolean
  readonly progress: CopyProgress
}

/**
 * Starts copying a batch. Idempotent: while a round runs, it is resumed. After a round, the next one retries the images
 * without a good copy. When all images have one, nothing is started, but the end of the last round is published if that
 * was not done.
 * @param lastKnownRound starts nothing when there is a later round than this one: it may have been cancelled since
 * @throws AppError `not-found`, `wrong-state`
 */
export async function startCopy(
  batch: string,
  ports: Needs,
  lastKnownRound = Number.POSITIVE_INFINITY,
): Promise<StartedCopy> {
  const { selection, ...state } = await getSelectedBatch(batch, ports)
  const total = selection.imageCount
  const last = await findCopyRound(batch, state, ports)
  const end = last && (await readEnd(last, ports))
  if (last && !end) {
    await resumeRound(last, ports)
    return { started: true, progress: await readProgress(last, total, ports) }
  }
  if (last && last.round > lastKnownRound) return { started: true, progress: await readProgress(last, total, ports) }
  // What follows the round kept failing and was dead-lettered: its end was not published.
  if (last && end?.value.state === 'finished' && end.value.completedAt === undefined) await resumeRound(last, ports)
  const chunks = uncopiedChunks(selection, last && (await findReceipts(last, ports)).receipts)
  if (last && chunks.length === 0) {
    const progress = await readProgress(last, total, ports)
    // A round whose last copies came in after it was cancelled needs one more, with nothing to do, to end as copied.
    if (progress.state !== 'cancelled') return { started: false, progress }
  }
  const subject = { batch, batchId: state.batchId }
  const next: CopyRound = { job: copyImagesJob, subject, round: (last?.round ?? 0) + 1 }
  await startRound(next, chunks, ports)
  return { started: true, progress: await readProgress(next, total, ports) }
}

/** Reads the progress of copying a batch. @throws AppError `not-found`, `wrong-state` */
export async function getCopy(batch: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<CopyProgress> {
  const { selection, ...state } = await getSelectedBatch(batch, ports)
  return readProgress(await getCopyRound(batch, state, ports), selection.imageCount, ports)
}
