import * as z from 'zod'
import type { BatchState } from '../batches/record/state.ts'
import { AppError } from '../contracts/errors.ts'
import { Instant } from '../contracts/instant.ts'
import { latestReceipts } from '../platform/fan-out/receipts.ts'
import {
  latestRound,
  type RoundEnd,
  type RoundRef,
  readEnd,
  readStart,
  receiptNumbers,
} from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { isGood } from './copy-image.ts'
import { type ChunkReceipt, type CopySubject, CopyTotals, copyImagesJob, sumReceipts } from './copy-images-job.ts'

/** How far the copying of a batch is, over all rounds. */
export const CopyProgress = CopyTotals.extend({
  state: z
    .enum(['queued', 'copying', 'copied', 'incomplete', 'cancelled'])
    .describe('`queued` until the first images are done; `incomplete`: over, and some images have no good copy'),
  round: z.int().describe('Counts how often copying was started'),
  total: z.int().describe('Images in the batch'),
  pending: z.int().describe('Images that were not tried yet'),
  startedAt: Instant,
  finishedAt: Instant.optional(),
  imagesPerSecond: z
    .number()
    .optional()
    .describe('Images done a second in this round, and about how many seconds were left, when its last chunk was done'),
  secondsLeft: z.number().optional(),
}).meta({ id: 'CopyProgress', description: 'How far the copying of a batch is, over all rounds.' })
export type CopyProgress = z.infer<typeof CopyProgress>

export const isCopying = ({ state }: CopyProgress): boolean => state === 'queued' || state === 'copying'

export type CopyRound = RoundRef<CopySubject, ChunkReceipt, CopyTotals>

/** The batch's latest round of copying; undefined when there was none. */
export async function findCopyRound(
  batch: string,
  { batchId }: BatchState,
  ports: Ports,
): Promise<CopyRound | undefined> {
  const subject: CopySubject = { batch, batchId }
  const round = await latestRound(copyImagesJob, subject, ports)
  return round === 0 ? undefined : { job: copyImagesJob, subject, round }
}

/** How far a round is. A finished one is one read; one that runs, or was cancelled, reads the receipts that are in. */
export async function readProgress(ref: CopyRound, total: number, ports: Ports): Promise<CopyProgress> {
  const [start, end] = await Promise.all([readStart(ref, ports), readEnd(ref, ports)])
  const startedAt = start?.startedAt ?? ''
  const progressWith = (totals: CopyTotals) => {
    const { copied, present, missing, denied, conflict, failed } = totals
    const pending = total - copied - present - missing - denied - conflict - failed
    return { round: ref.round, total, ...totals, pending, startedAt }
  }
  if (end) {
    const totals = await readTotals(ref, end.value, ports)
    const state = isComplete(totals, total) ? 'copied' : 'incomplete'
    return {
      state: end.value.state === 'cancelled' ? 'cancelled' : state,
      ...progressWith(totals),
      finishedAt: end.value.endedAt,
    }
  }
  const receipts = await latestReceipts(ref, ports)
  const done = await receiptNumbers(ref, ports)
  const progress = progressWith(sumReceipts(withoutOutdated(receipts, start?.chunks ?? [], done)))
  const own = [...receipts].flatMap(([chunk, receipt]) => (done.has(chunk) ? [receipt] : []))
  return { state: own.length === 0 ? 'queued' : 'copying', ...progress, ...rateOf(own, progress) }
}

/** What an ended round came to. Workers that were busy when it was cancelled still write what they did. */
export const readTotals = async (ref: CopyRound, { state, totals }: RoundEnd, ports: Ports): Promise<CopyTotals> =>
  state === 'finished' ? CopyTotals.parse(totals) : sumReceipts(await latestReceipts(ref, ports))

/** Whether every image has a good copy. */
export const isComplete = ({ copied, present }: CopyTotals, total: number): boolean => copied + present === total

/** What an earlier round did not bring is tried again: until that is done, it is pending. Pure. */
const withoutOutdated = (
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
 * As of the last chunk, not of now: a poll that finds nothing new is answered as the one before. Pure.
 * @param receipts of this round; images that were good before it count as done in it
 */
function rateOf(receipts: readonly ChunkReceipt[], { pending, startedAt }: { pending: number; startedAt: string }) {
  const images = receipts.reduce((sum, receipt) => sum + receipt.images.length, 0)
  const lastDoneAt = Math.max(...receipts.map(({ doneAt }) => Date.parse(doneAt)))
  const seconds = (lastDoneAt - Date.parse(startedAt)) / 1000
  if (images === 0 || !(seconds > 0)) return {}
  const rate = images / seconds
  return { imagesPerSecond: Math.round(10 * rate) / 10, secondsLeft: Math.ceil(pending / rate) }
}

/** @throws AppError `not-found` when the copying of the batch was never started */
export async function getCopyRound(batch: string, state: BatchState, ports: Ports): Promise<CopyRound> {
  const ref = await findCopyRound(batch, state, ports)
  if (ref) return ref
  throw new AppError(
    'not-found',
    `The copying of "${batch}" was not started; POST /v1/batches/${batch}/copy starts it.`,
  )
}
