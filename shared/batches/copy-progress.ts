import * as z from 'zod'
import { AppError } from '../errors.ts'
import { latestReceipts } from '../fan-out/receipts.ts'
import { latestRound, type RoundRef, readEnd, readStart, receiptNumbers } from '../fan-out/round.ts'
import type { Ports } from '../ports.ts'
import type { BatchState } from './batch.ts'
import { isGood } from './copy-image.ts'
import { type ChunkReceipt, type CopySubject, CopyTotals, copyImages, totalOf } from './copy-images-work.ts'

/** How far the copying of a batch is, over all rounds. */
export const CopyProgress = CopyTotals.extend({
  state: z.enum(['queued', 'copying', 'copied', 'incomplete', 'cancelled']),
  round: z.int(),
  total: z.int(),
  pending: z.int(),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  /** Images done a second in this round, and about how many seconds are left at that rate. */
  imagesPerSecond: z.number().optional(),
  secondsLeft: z.number().optional(),
})
export type CopyProgress = z.infer<typeof CopyProgress>

export type CopyRound = RoundRef<CopySubject, ChunkReceipt, CopyTotals>

/** The batch's latest round of copying; undefined when there was none. */
export async function copyRound(batch: string, { batchId }: BatchState, ports: Ports): Promise<CopyRound | undefined> {
  const subject: CopySubject = { batch, batchId }
  const round = await latestRound(copyImages, subject, ports)
  return round === 0 ? undefined : { work: copyImages, subject, round }
}

/** How far a round is. A round that has ended is one read; one that runs reads the receipts that are in. */
export async function progressOf(ref: CopyRound, total: number, ports: Ports): Promise<CopyProgress> {
  const [start, end] = await Promise.all([readStart(ref, ports), readEnd(ref, ports)])
  const startedAt = start?.startedAt ?? ''
  const progressWith = (totals: CopyTotals) => {
    const { copied, present, missing, denied, conflict, failed } = totals
    const pending = total - copied - present - missing - denied - conflict - failed
    return { round: ref.round, total, ...totals, pending, startedAt }
  }
  if (end?.value.state === 'finished') {
    const progress = progressWith(CopyTotals.parse(end.value.totals))
    const state = progress.copied + progress.present === total ? 'copied' : 'incomplete'
    return { state, ...progress, finishedAt: end.value.endedAt }
  }
  const receipts = await latestReceipts(ref, ports)
  // Workers that were busy when the round was cancelled still write what they did.
  if (end) return { state: 'cancelled', ...progressWith(totalOf(receipts)), finishedAt: end.value.endedAt }
  const done = await receiptNumbers(ref, ports)
  const progress = progressWith(totalOf(withoutOutdated(receipts, start?.chunks ?? [], done)))
  const images = [...done].reduce((sum, chunk) => sum + (receipts.get(chunk)?.images.length ?? 0), 0)
  return { state: done.size === 0 ? 'queued' : 'copying', ...progress, ...rateOf(images, progress, ports) }
}

/** What an earlier round did not bring is tried again: until that is done, it is pending. Pure. */
const withoutOutdated = (
  receipts: ReadonlyMap<number, ChunkReceipt>,
  chunks: readonly number[],
  done: ReadonlySet<number>,
): Map<number, ChunkReceipt> =>
  new Map(
    [...receipts].map(([chunk, receipt]) => {
      const isOutdated = chunks.includes(chunk) && !done.has(chunk)
      return [chunk, isOutdated ? { images: receipt.images.filter(isGood) } : receipt]
    }),
  )

/** @param images done in this round, those among them that were good before */
function rateOf(images: number, { pending, startedAt }: { pending: number; startedAt: string }, { now }: Ports) {
  const seconds = (now().getTime() - Date.parse(startedAt)) / 1000
  if (images === 0 || !(seconds > 0)) return {}
  const rate = images / seconds
  return { imagesPerSecond: Math.round(10 * rate) / 10, secondsLeft: Math.ceil(pending / rate) }
}

/** @throws AppError `not-found` when the copying of the batch was never started */
export async function getCopyRound(batch: string, state: BatchState, ports: Ports): Promise<CopyRound> {
  const ref = await copyRound(batch, state, ports)
  if (ref) return ref
  throw new AppError(
    'not-found',
    `The copying of "${batch}" was not started; POST /v1/batches/${batch}/copy starts it.`,
  )
}
