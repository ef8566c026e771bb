import * as z from 'zod'
import type { BatchState, SelectionResult } from '../batches/record/state.ts'
import { AppError } from '../contracts/errors.ts'
import { Count } from '../contracts/fields.ts'
import { instant } from '../contracts/instant.ts'
import {
  endRef,
  latestRound,
  type RoundEnd,
  type RoundStart,
  readEnd,
  readStart,
  roundFolder,
} from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import type { State } from '../platform/state/record.ts'
import { isGood } from './copy-image.ts'
import { copyImagesJob } from './copy-images-job.ts'
import { estimateRate } from './copy-rate.ts'
import { type ChunkReceipt, CopyTotals, isComplete, StoredTotals, sumReceipts } from './copy-receipt.ts'
import type { CopySubject } from './copy-subject.ts'
import { assertIntact, type CopyReceipts, type CopyRound, readReceipts } from './receipts.ts'

/** Progress of copying a batch, over all rounds. */
export const CopyProgress = CopyTotals.extend({
  state: z
    .enum(['queued', 'copying', 'copied', 'incomplete', 'cancelled'])
    .describe('`queued` until the first chunk is done; `incomplete`: ended, and some images have no good copy'),
  round: z.int().min(1).describe('Number of the round: how often copying was started'),
  verify: z.boolean().optional().describe('True when this round also looks at the copies of earlier rounds'),
  total: Count.describe('Images in the batch'),
  pending: Count.describe('Images that were not tried yet, or are to be retried'),
  startedAt: instant('When this round started'),
  finishedAt: instant('When this round ended').optional(),
  imagesPerSecond: z.number().min(0).optional().describe('Images done per second in this round, as of its last chunk'),
  secondsLeft: Count.optional().describe('Estimate of the seconds left, as of the last chunk'),
}).meta({ id: 'CopyProgress', description: 'Progress of copying a batch, over all rounds.' })
export type CopyProgress = z.infer<typeof CopyProgress>

export const isCopying = ({ state }: CopyProgress): boolean => state === 'queued' || state === 'copying'

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

/** The latest round of copying a batch and its end, each read once and shared by all callers. */
export interface LastCopy {
  /** `undefined` when there was none. */
  readonly round: Promise<CopyRound | undefined>
  /** Also `undefined` while the round is open. */
  readonly end: Promise<State<RoundEnd> | CorruptStateError | undefined>
}

/** Begins to read the latest round of copying a batch, and its end. */
export function readLastCopy(batch: string, state: BatchState, ports: Pick<Ports, 'config' | 'objects'>): LastCopy {
  const round = findCopyRound(batch, state, ports)
  const end = round.then((ref) => ref && readOrCorrupt(readEnd(ref, ports)))
  // A failure is thrown to whoever awaits it. Until then, it must not count as an unhandled rejection.
  end.catch(() => undefined)
  return { round, end }
}

/**
 * Reads the progress of a round: one read when it has finished; the receipts when it runs, or was cancelled.
 * @param toReceipts what to do about damaged receipts: `assertIntact` throws, `skipDamaged` leaves them out
 * @throws CorruptStateError when an object that it depends on is damaged, or the totals do not add up
 */
export async function readProgress(
  ref: CopyRound,
  selection: SelectionResult,
  ports: Pick<Ports, 'config' | 'objects'>,
  toReceipts: (receipts: CopyReceipts) => CopyReceipts['intact'] = assertIntact,
): Promise<CopyProgress> {
  const total = selection.imageCount
  const [start, end] = await Promise.all([getStart(ref, ports), readEnd(ref, ports)])
  if (end) {
    const totals = await readTotals(ref, end, selection, ports, toReceipts)
    const state = isComplete(totals, total) ? 'copied' : 'incomplete'
    return {
      state: end.value.state === 'cancelled' ? 'cancelled' : state,
      round: ref.round,
      ...(start.verify && { verify: true }),
      total,
      ...totals,
      pending: total - countImages(totals),
      startedAt: start.startedAt,
      finishedAt: end.value.endedAt,
    }
  }
  return toOpenProgress(ref, start, await readReceipts(ref, selection, ports), total, toReceipts)
}

/**
 * Returns the progress of a round that runs. Pure.
 * @param start what it does
 * @param receipts of this round and all before it
 * @param total images of the batch
 * @throws CorruptStateError what `toReceipts` throws
 */
export function toOpenProgress(
  { round }: Pick<CopyRound, 'round'>,
  { startedAt, chunks, verify = false }: RoundStart,
  { intact, damaged, done }: CopyReceipts,
  total: number,
  toReceipts: (receipts: CopyReceipts) => CopyReceipts['intact'] = assertIntact,
): CopyProgress {
  // A damaged receipt of an earlier round is of no importance when this one does its chunk again.
  const relevant = new Map([...damaged].filter(([chunk]) => done.has(chunk) || !chunks.includes(chunk)))
  const latest = toReceipts({ intact, damaged: relevant, done })
  const totals = sumReceipts(dropOutdated(latest, { chunks, verify }, done))
  const progress = {
    round,
    ...(verify && { verify }),
    total,
    ...totals,
    pending: total - countImages(totals),
    startedAt,
  }
  const own = [...latest].flatMap(([chunk, receipt]) => (done.has(chunk) ? [receipt] : []))
  return { state: own.length === 0 ? 'queued' : 'copying', ...progress, ...estimateRate(own, progress) }
}

/** Reads what a round does, which must exist. */
async function getStart(ref: CopyRound, ports: Pick<Ports, 'config' | 'objects'>): Promise<RoundStart> {
  const start = await readStart(ref, ports)
  if (start) return start
  const key = `${roundFolder(ref, ports)}start.json`
  throw new CorruptStateError(key, undefined, 'the start of a round: it does not exist')
}

/**
 * Reads the totals of an ended round. Workers that were busy when it was cancelled still write their receipts.
 * @throws CorruptStateError when a finished round has no totals that add up to the images of the batch
 */
export async function readTotals(
  ref: CopyRound,
  { value: { state, totals }, etag }: State<RoundEnd>,
  selection: SelectionResult,
  ports: Pick<Ports, 'config' | 'objects'>,
  toReceipts = assertIntact,
): Promise<CopyTotals> {
  if (state === 'cancelled') return sumReceipts(toReceipts(await readReceipts(ref, selection, ports)))
  const { data } = StoredTotals.safeParse(totals)
  const { key } = endRef(ref, ports)
  if (!data) throw new CorruptStateError(key, etag, 'the end of a round: its totals are invalid')
  const counted = countImages(data)
  // A newer version may count images under a name of its own.
  const isNewer = Object.keys(totals ?? {}).some((name) => !Object.hasOwn(CopyTotals.shape, name))
  if (counted === selection.imageCount || (isNewer && counted < selection.imageCount)) return data
  // Chunks whose workers could not read the record of the batch have receipts without images, which count as pending.
  const known = sumReceipts(toReceipts(await readReceipts(ref, selection, ports)))
  if (countImages(known) === counted) return known
  throw new CorruptStateError(key, etag, `the end of a round: it counts ${counted} of ${selection.imageCount} images`)
}

/** Counts the images of which a round knows the outcome. Pure. */
const countImages = ({ copied, present, missing, denied, archived, unusable, conflict, failed }: CopyTotals): number =>
  copied + present + missing + denied + archived + unusable + conflict + failed

/** Drops what an earlier round did and this one does again: until that is done, it is pending. Pure. */
const dropOutdated = (
  receipts: ReadonlyMap<number, ChunkReceipt>,
  { chunks, verify }: Pick<RoundStart, 'chunks' | 'verify'>,
  done: ReadonlySet<number>,
): Map<number, ChunkReceipt> =>
  new Map(
    [...receipts].map(([chunk, receipt]) => {
      const isOutdated = chunks.includes(chunk) && !done.has(chunk)
      return [chunk, isOutdated ? { ...receipt, images: verify ? [] : receipt.images.filter(isGood) } : receipt]
    }),
  )

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
