import { countListChunks } from '../batches/record/image-list.ts'
import { getSelectedBatch } from '../batches/record/store.ts'
import type { CopyPreview } from '../contracts/batch-preview.ts'
import { awaitAll } from '../platform/await-all.ts'
import { cancelRound } from '../platform/fan-out/complete-round.ts'
import { readEnd, readStart, resumeRound, startRound } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { tryPagesCors } from '../platform/storage/pages-cors.ts'
import { copyImagesJob } from './copy-images-job.ts'
import { type CopyProgress, findCopyRound, getCopyRound, readProgress, toOpenProgress } from './copy-progress.ts'
import { estimateCopy } from './estimate.ts'
import { type CopyReceipts, type CopyRound, chunksToCopy, NO_RECEIPTS, readReceipts, skipDamaged } from './receipts.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'messages' | 'requestId' | 'now' | 'newId'>

/**
 * Previews what copying the batch costs at most, or verifying its copies if they are all there; nothing is copied.
 * @throws AppError `not-found`, `wrong-state`
 */
export async function previewCopy(
  batch: string,
  ports: Pick<Ports, 'config' | 'objects'>,
  { verify = false }: Pick<StartOptions, 'verify'> = {},
): Promise<CopyPreview> {
  const { selection, ...state } = await getSelectedBatch(batch, ports)
  const last = verify ? await findCopyRound(batch, state, ports) : undefined
  return estimateCopy(selection.imageCount, last?.round)
}

export interface StartOptions {
  /** Starts nothing when there is a later round than this one: it may have been cancelled since. */
  readonly lastKnownRound?: number
  /** Whether the round also looks at the copies of earlier rounds, and copies again what is gone. */
  readonly verify?: boolean
}

/** The progress after a start, and whether a round runs. */
export interface StartedCopy {
  readonly started: boolean
  readonly progress: CopyProgress
}

/**
 * Starts copying a batch, as {@link startCopyRound} does. With a new round, the bucket gets the CORS rule that pages need to
 * show images, if it is missing: people may look at the copies before there is a labeling job. They are copied also where
 * the rule cannot be added.
 * @throws AppError `not-found`, `wrong-state`
 */
export const startCopy = (
  batch: string,
  ports: Needs & Pick<Ports, 'bucket' | 'log'>,
  options: StartOptions = {},
): Promise<StartedCopy> => startCopyRound(batch, ports, options, () => tryPagesCors(ports))

/**
 * Starts a round of copying a batch. Idempotent: while a round runs, it is resumed. After a round, the next one retries
 * the images without a good copy, those whose receipt is lost or damaged included. When all images have one and none is
 * to be verified, nothing is started, but the end of the last round is published if that was not done.
 * @param besideStart what is done while the round is started
 * @throws AppError `not-found`, `wrong-state`
 */
export async function startCopyRound(
  batch: string,
  ports: Needs,
  { lastKnownRound = Number.POSITIVE_INFINITY, verify = false }: StartOptions,
  besideStart: () => Promise<void> = async () => {},
): Promise<StartedCopy> {
  const { selection, ...state } = await getSelectedBatch(batch, ports)
  const last = await findCopyRound(batch, state, ports)
  if (last) {
    const isOpen = await resumeLast(last, ports)
    // A resumed round does the chunks of damaged receipts again.
    if (isOpen || last.round > lastKnownRound)
      return { started: true, progress: await readProgress(last, selection, ports, skipDamaged) }
  }
  const receipts = last ? await readReceipts(last, selection, ports) : NO_RECEIPTS
  const chunks = verify && last ? [...Array(countListChunks(selection)).keys()] : chunksToCopy(receipts, selection)
  if (last && chunks.length === 0) {
    const progress = await readOrCorrupt(readProgress(last, selection, ports))
    // One more round, with nothing to do, is needed in two cases: the last copies came in after the round was cancelled,
    // or what is stored of the round itself is damaged.
    const isReadable = !(progress instanceof CorruptStateError)
    if (isReadable && progress.state !== 'cancelled') return { started: false, progress }
  }
  const subject = { batch, batchId: state.batchId }
  const next: CopyRound = { job: copyImagesJob, subject, round: (last?.round ?? 0) + 1 }
  const [start] = await awaitAll([
    startRound(next, chunks, ports, { verify: verify && last !== undefined }),
    besideStart(),
  ])
  if (!start) return { started: true, progress: await readProgress(next, selection, ports) }
  // Nothing of the round was done when it was started.
  const before: CopyReceipts = { ...receipts, done: new Set() }
  return { started: true, progress: toOpenProgress(next, start, before, selection.imageCount) }
}

/** Resumes the last round, or what follows its end. Returns whether the round goes on. */
async function resumeLast(last: CopyRound, ports: Needs): Promise<boolean> {
  const [start, end] = await Promise.all([readOrCorrupt(readStart(last, ports)), readOrCorrupt(readEnd(last, ports))])
  if (end instanceof CorruptStateError) return false
  if (end) {
    // What follows the round kept failing and was dead-lettered: its end was not published.
    if (end.value.state === 'finished' && end.value.completedAt === undefined) await resumeRound(last, ports)
    return false
  }
  if (start && !(start instanceof CorruptStateError)) {
    await resumeRound(last, ports)
    return true
  }
  // Nobody knows what the round was to do: the next one does what is left.
  await cancelRound(last, ports)
  return false
}

/** Reads the progress of copying a batch. @throws AppError `not-found`, `wrong-state`, `corrupt-state` */
export async function getCopy(batch: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<CopyProgress> {
  const { selection, ...state } = await getSelectedBatch(batch, ports)
  return readProgress(await getCopyRound(batch, state, ports), selection, ports)
}
