import * as z from 'zod'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import { shardScores } from '../judging/judgments.ts'
import { disputedLines, type LineRules, needsReview, undecidedLines } from '../line-rules.ts'
import {
  type CountedAnswer,
  countedAnswers,
  countedChecks,
  countedFor,
  countedReviews,
  type HandBack,
  type Shard,
} from '../shard.ts'
import { WorkerScore } from '../worker-scores.ts'
import { CheckCounts, countChecks } from './count-checks.ts'
import { countWaiting } from './count-waiting.ts'
import { findLineProgress } from './line-outcome.ts'
import { LogHistogram, toHistogram } from './log-histogram.ts'

/** What one worker has done. */
const WorkerSummary = storedObject({
  /** Answers that count, except `declined`. */
  answers: z.int(),
  declined: z.int(),
  /** Blocks that the worker handed back before their lease expired. */
  blocks: z.int(),
  /** From the lease to the end of each of these blocks, pauses included. */
  seconds: z.number(),
  /** When the worker last got or handed back a block, RFC 3339; empty where that is not known. */
  lastSeen: z.string(),
  /** Active milliseconds on an image, of one image of each block. */
  imageMilliseconds: LogHistogram,
  /** The same, divided by the boxes on the image. Absent in counts of older versions, as is the score. */
  boxMilliseconds: LogHistogram.optional(),
  /** Images that the worker has decided, and checked. Absent for none, and in counts of older versions. */
  reviews: z.int().optional(),
  checks: z.int().optional(),
  score: WorkerScore.optional(),
  /** Lines that others are still asked about, and this worker no more. Absent for none, and in counts of older versions. */
  waiting: z.int().optional(),
})
export type WorkerSummary = z.infer<typeof WorkerSummary>

/** What has happened in a shard, or in several: all of it can be added up. */
export const Summary = storedObject({
  labeled: z.int(),
  /** Lines that ended without a label; those that nobody is asked for are in `skipped`. */
  failed: z.int(),
  skipped: z.int(),
  /** Answers that count, except `declined`. */
  given: z.int(),
  /** Opinions that people are still asked for. */
  needed: z.int(),
  /**
   * Lines on which opinions differ, or an object lacks a box, and reviewers have, or have not, decided. Absent in counts of
   * older versions.
   */
  disputes: storedObject({ undecided: z.int(), decided: z.int() }).optional(),
  /** Absent for a job without checks, and in counts of older versions. */
  checks: CheckCounts.optional(),
  /** Leases that ended before the worker handed the block back, and whose answers were collected since. */
  expiredLeases: z.int(),
  /** By pseudonym. */
  workers: z.record(z.string(), WorkerSummary),
  /** Active milliseconds on an image, divided by its boxes. */
  boxMilliseconds: LogHistogram,
  /** Time that pages took to show the next image, in the 95th percentile of each block. */
  swapMilliseconds: LogHistogram,
  /** Answers by when they were handed back, in periods of {@link PERIOD_MILLISECONDS} since 1970. */
  answersByPeriod: z.record(z.string(), z.int()),
})
export type Summary = z.infer<typeof Summary>

export const PERIOD_MILLISECONDS = 5 * 60_000

/** Counts what has happened in a shard. Pure. */
export function summarizeShard(shard: Shard, rules: LineRules): Summary {
  const skipped = new Set(shard.skipped)
  const lines = Array.from({ length: shard.lines }, (_, index) => shard.firstLine + index)
  const asked = lines.filter((line) => !skipped.has(line))
  const progress = asked.map((line) => findLineProgress(shard, line, rules))
  const { handBacks } = shard
  return {
    labeled: progress.filter(({ outcome }) => outcome === 'labeled').length,
    failed: progress.filter(({ outcome }) => outcome === 'failed').length,
    skipped: lines.length - asked.length,
    given: progress.reduce((sum, { opinions }) => sum + opinions, 0),
    needed: progress.reduce((sum, { needed }) => sum + needed, 0),
    disputes: countDisputes(shard, rules),
    checks: countChecks(shard, asked, rules),
    expiredLeases: handBacks.filter(({ expired }) => expired).length,
    workers: summarizeWorkers(shard, asked, rules),
    boxMilliseconds: toHistogram(handBacks.flatMap(millisecondsPerBox)),
    swapMilliseconds: toHistogram(handBacks.flatMap(({ swapMilliseconds = [] }) => swapMilliseconds)),
    answersByPeriod: countByPeriod(handBacks),
  }
}

function countDisputes(shard: Shard, rules: LineRules): Summary['disputes'] {
  if (rules.review !== 'disputes') return undefined
  const decided = disputedLines(shard).filter((line) => !needsReview(shard, line, rules))
  return { undecided: undecidedLines(shard, rules).length, decided: decided.length }
}

function summarizeWorkers(shard: Shard, asked: readonly number[], rules: LineRules): Record<string, WorkerSummary> {
  const answers = Map.groupBy(
    asked.flatMap((line) => countedAnswers(shard, line)),
    ({ worker }) => worker,
  )
  const handBacks = Map.groupBy(shard.handBacks, ({ worker }) => worker)
  const leases = Map.groupBy(shard.leases, ({ worker }) => worker)
  const scores = shardScores(shard)
  const waitingLines = countWaiting(shard, asked, rules)
  const deciders = asked.flatMap((line) => [...countedReviews(shard, line), ...countedChecks(shard, line)])
  const workers = new Set([
    ...answers.keys(),
    ...handBacks.keys(),
    ...leases.keys(),
    // Of a shard that was made again from its answers, nobody has handed back a block.
    ...deciders.map(({ worker }) => worker),
  ])
  return Object.fromEntries(
    [...workers].map((worker) => {
      const own = handBacks.get(worker) ?? []
      const since = (leases.get(worker) ?? []).map((lease) => lease.since)
      const score = Object.hasOwn(scores, worker) ? scores[worker] : undefined
      const purposes = { ...countAnswered('reviews', shard, worker), ...countAnswered('checks', shard, worker) }
      const waiting = waitingLines.get(worker)
      return [
        worker,
        {
          ...summarizeWorker(answers.get(worker) ?? [], own, since),
          ...purposes,
          ...(score && { score }),
          ...(waiting !== undefined && { waiting }),
        },
      ]
    }),
  )
}

/** Counts what a worker has done for a purpose, without what was declined. */
function countAnswered(
  field: 'reviews' | 'checks',
  shard: Shard,
  worker: string,
): Partial<Record<typeof field, number>> {
  const lines = Object.keys(shard[field] ?? {}).map(Number)
  const purpose = field === 'reviews' ? 'review' : 'check'
  const own = lines.filter((line) =>
    countedFor(shard, line, purpose).some((one) => one.worker === worker && one.noLabel !== 'declined'),
  )
  return own.length === 0 ? {} : { [field]: own.length }
}

function summarizeWorker(
  answers: readonly CountedAnswer[],
  handBacks: readonly HandBack[],
  since: readonly string[],
): WorkerSummary {
  const finished = handBacks.filter(({ expired }) => !expired)
  const declined = answers.filter(({ noLabel }) => noLabel === 'declined').length
  return {
    answers: answers.length - declined,
    declined,
    blocks: finished.length,
    seconds: finished.reduce((sum, { seconds }) => sum + seconds, 0),
    lastSeen: [...since, ...handBacks.map(toLastSeen)].sort().at(-1) ?? '',
    imageMilliseconds: toHistogram(handBacks.flatMap(({ sample }) => (sample ? [sample.milliseconds] : []))),
    boxMilliseconds: toHistogram(handBacks.flatMap(millisecondsPerBox)),
  }
}

const millisecondsPerBox = ({ sample }: HandBack): number[] =>
  sample && sample.boxes > 0 ? [sample.milliseconds / sample.boxes] : []

/** The end of an expired lease is when somebody else noticed it: its worker was there when it began. */
function toLastSeen({ at, seconds, expired }: HandBack): string {
  const since = new Date(Date.parse(at) - 1000 * seconds)
  return expired && !Number.isNaN(since.getTime()) ? since.toISOString() : at
}

function countByPeriod(handBacks: readonly HandBack[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { at, answered } of handBacks) {
    const period = Math.floor(Date.parse(at) / PERIOD_MILLISECONDS)
    if (answered > 0 && Number.isFinite(period)) counts[period] = (counts[period] ?? 0) + answered
  }
  return counts
}
