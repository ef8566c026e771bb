import * as z from 'zod'
import { AppError } from '../errors.ts'
import { latestReceipts } from '../fan-out/receipts.ts'
import { latestRound, type RoundRef, readEnd, readStart, receiptNumbers } from '../fan-out/round.ts'
import type { Ports } from '../ports.ts'
import type { BatchState } from './batch.ts'
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
  const cancelled = end?.value.state === 'cancelled'
  // Workers that were busy when the round was cancelled still write what they did.
  const totals = end && !cancelled ? CopyTotals.parse(end.value.totals) : totalOf(await latestReceipts(ref, ports))
  const { copied, present, missing, denied, conflict, failed } = totals
  const done = copied + present + missing + denied + conflict + failed
  const pending = total - done
  const startedAt = start?.startedAt ?? ''
  const progress = { round: ref.round, total, ...totals, pending, startedAt }
  if (cancelled) return { state: 'cancelled', ...progress, finishedAt: end.value.endedAt }
  if (end)
    return { state: copied + present === total ? 'copied' : 'incomplete', ...progress, finishedAt: end.value.endedAt }
  const inRound = (await receiptNumbers(ref, ports)).size
  return { state: inRound === 0 ? 'queued' : 'copying', ...progress, ...rateOf(done, pending, startedAt, ports) }
}

function rateOf(done: number, pending: number, startedAt: string, { now }: Ports) {
  const seconds = (now().getTime() - Date.parse(startedAt)) / 1000
  if (done === 0 || seconds <= 0) return {}
  const imagesPerSecond = Math.round((10 * done) / seconds) / 10
  return { imagesPerSecond, ...(imagesPerSecond > 0 && { secondsLeft: Math.ceil(pending / imagesPerSecond) }) }
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
