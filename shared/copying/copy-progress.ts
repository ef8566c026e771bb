import * as z from 'zod'
import type { BatchState } from '../batches/record/state.ts'
import { AppError } from '../contracts/errors.ts'
import { Instant } from '../contracts/instant.ts'
import { latestReceipts, listReceipts } from '../platform/fan-out/receipts.ts'
import { latestRound, type RoundEnd, type RoundRef, readEnd, readStart } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { isGood } from './copy-image.ts'
import { type ChunkReceipt, type CopySubject, CopyTotals, copyImagesJob, sumReceipts } from './copy-images-job.ts'

/** Progress of copying a batch, over all rounds. */
export const CopyProgress = CopyTotals.extend({
  state: z
    .enum(['queued', 'copying', 'copied', 'incomplete', 'cancelled'])
    .describe('`queued` until the first chunk is done; `incomplete`: ended, and some images have no good copy'),
  round: z.int().describe('Number of the round: how often copying was started'),
  total: z.int().describe('Images in the batch'),
  pending: z.int().describe('Images that were not tried yet, or are to be retried'),
  startedAt: Instant,
  finishedAt: Instant.optional(),
  imagesPerSecond: z.number().optional().describe('Images done per second in this round, as of its last chunk'),
  secondsLeft: z.number().optional().describe('Estimate of the seconds left, as of the last chunk'),
}).meta({ id: 'CopyProgress', description: 'Progress of copying a batch, over all rounds.' })
export type CopyProgress = z.infer<typeof CopyProgress>

export const isCopying = ({ state }: CopyProgress): boolean => state === 'queued' || state === 'copying'

export type CopyRound = RoundRef<CopySubject, ChunkReceipt, CopyTotals>

/** Returns the batch's latest round of copying; `undefined` when there was none. */
export async function findCopyRound(
  batch: string,
  { batchId }: BatchState,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<CopyRound | undefined> {
  const subject: CopySubject = { batch, batchId }
  const round = await latestRound(copyImagesJob, subject, ports)
  return round === 0 ? undefined : { job: copyImagesJob, subject, round }
}

/** Reads the progress of a round: one read when it has finished; the receipts when it runs, or was cancelled. */
export async function readProgress(
  ref: CopyRound,
  total: number,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<CopyProgress> {
  const [start, end] = await Promise.all([readStart(ref, ports), readEnd(ref, ports)])
  const startedAt = start?.startedAt ?? ''
  const withTotals = (totals: CopyTotals) => {
    const { copied, present, missing, denied, conflict, failed } = totals
    const pending = total - copied - present - missing - denied - conflict - failed
    return { round: ref.round, total, ...totals, pending, startedAt }
  }
  if (end) {
    const totals = await readTotals(ref, end.value, ports)
    const state = isComplete(totals, total) ? 'copied' : 'incomplete'
    return {
      state: end.value.state === 'cancelled' ? 'cancelled' : state,
      ...withTotals(totals),
      finishedAt: end.value.endedAt,
    }
  }
  const receipts = await latestReceipts(ref, ports)
  const done = await listReceipts(ref, ports)
  const progress = withTotals(sumReceipts(dropOutdated(receipts, start?.chunks ?? [], done)))
  const own = [...receipts].flatMap(([chunk, receipt]) => (done.has(chunk) ? [receipt] : []))
  return { state: own.length === 0 ? 'queued' : 'copying', ...progress, ...estimateRate(own, progress) }
}

/** Reads the totals of an ended round. Workers that were busy when it was cancelled still write their receipts. */
export const readTotals = async (
  ref: CopyRound,
  { state, totals }: RoundEnd,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<CopyTotals> =>
  state === 'finished' ? CopyTotals.parse(totals) : sumReceipts(await latestReceipts(ref, ports))

/** Whether every image has a good copy. */
export const isComplete = ({ copied, present }: CopyTotals, total: number): boolean => copied + present === total

/** Drops what an earlier round failed at and this one retries: until that is done, it is pending. Pure. */
const dropOutdated = (
  receipts: ReadonlyMap<number, ChunkReceipt>,
  chunks: readonly number[],
  done: ReadonlySet<number>,
): Map<number, ChunkReceipt> =>
  new Map(
    [...receipts].map(([chunk, receipt]) => {
      const isOutdated = chunks.includes(chunk) && !done.has(chunk)
      return [chunk, isOutdated ? { ...receipt, images: receipt.images.filter(isGood) } : receipt]
    }),
  )

/**
 * Estimates the rate as of the last chunk, not of now, so that a poll that finds nothing new has the same ETag. Pure.
 * @param receipts of this round; images that were good before it count as done in it
 */
function estimateRate(
  receipts: readonly ChunkReceipt[],
  { pending, startedAt }: { pending: number; startedAt: string },
) {
  const images = receipts.reduce((sum, receipt) => sum + receipt.images.length, 0)
  const lastDoneAt = Math.max(...receipts.map(({ doneAt }) => Date.parse(doneAt)))
  const seconds = (lastDoneAt - Date.parse(startedAt)) / 1000
  if (images === 0 || !(seconds > 0)) return {}
  const rate = images / seconds
  return { imagesPerSecond: Math.round(10 * rate) / 10, secondsLeft: Math.ceil(pending / rate) }
}

/** Returns the batch's latest round of copying. @throws AppError `not-found` when copying was never started */
export async function getCopyRound(
  batch: string,
  state: BatchState,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<CopyRound> {
  const ref = await findCopyRound(batch, state, ports)
  if (ref) return ref
  throw new AppError('not-found', `Copying "${batch}" was not started. Start it with POST /v1/batches/${batch}/copy.`)
}
