import { addScores } from '../worker-scores.ts'
import { addChecks } from './count-checks.ts'
import { mergeHistograms } from './log-histogram.ts'
import { PERIOD_MILLISECONDS, type Summary, type WorkerSummary } from './shard-summary.ts'

/** Answers that are older say nothing about how fast people work now. */
export const RATE_PERIODS = 12

/** Adds summaries of different shards up. Pure. */
export function addSummaries(summaries: readonly Summary[]): Summary {
  const sum = (count: (summary: Summary) => number): number =>
    summaries.reduce((total, summary) => total + count(summary), 0)
  return {
    // The first one may have fields of a newer version.
    ...summaries[0],
    labeled: sum(({ labeled }) => labeled),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped),
    given: sum(({ given }) => given),
    needed: sum(({ needed }) => needed),
    disputes: addDisputes(summaries),
    checks: addChecks(summaries.map(({ checks }) => checks)),
    expiredLeases: sum(({ expiredLeases }) => expiredLeases),
    workers: addWorkers(summaries.flatMap(({ workers }) => Object.entries(workers))),
    boxMilliseconds: mergeHistograms(summaries.map(({ boxMilliseconds }) => boxMilliseconds)),
    swapMilliseconds: mergeHistograms(summaries.map(({ swapMilliseconds }) => swapMilliseconds)),
    answersByPeriod: mergeHistograms(summaries.map(({ answersByPeriod }) => answersByPeriod)),
  }
}

/** Undefined where none of them counts disputes: the job has no reviewers. */
function addDisputes(summaries: readonly Summary[]): Summary['disputes'] {
  const counted = summaries.flatMap(({ disputes }) => disputes ?? [])
  if (counted.length === 0) return undefined
  return {
    undecided: counted.reduce((total, { undecided }) => total + undecided, 0),
    decided: counted.reduce((total, { decided }) => total + decided, 0),
  }
}

function addWorkers(entries: readonly (readonly [worker: string, WorkerSummary])[]): Record<string, WorkerSummary> {
  const byWorker = Map.groupBy(entries, ([worker]) => worker)
  return Object.fromEntries(
    [...byWorker].map(([worker, own]) => [worker, addWorkerSummaries(own.map(([, summary]) => summary))]),
  )
}

function addWorkerSummaries(summaries: readonly WorkerSummary[]): WorkerSummary {
  const sum = (count: (summary: WorkerSummary) => number): number =>
    summaries.reduce((total, summary) => total + count(summary), 0)
  const scores = summaries.flatMap(({ score }) => score ?? [])
  return {
    ...summaries[0],
    answers: sum(({ answers }) => answers),
    declined: sum(({ declined }) => declined),
    blocks: sum(({ blocks }) => blocks),
    seconds: sum(({ seconds }) => seconds),
    lastSeen:
      summaries
        .map(({ lastSeen }) => lastSeen)
        .sort()
        .at(-1) ?? '',
    imageMilliseconds: mergeHistograms(summaries.map(({ imageMilliseconds }) => imageMilliseconds)),
    boxMilliseconds: mergeHistograms(summaries.map(({ boxMilliseconds = {} }) => boxMilliseconds)),
    reviews: sum(({ reviews = 0 }) => reviews) || undefined,
    checks: sum(({ checks = 0 }) => checks) || undefined,
    waiting: sum(({ waiting = 0 }) => waiting) || undefined,
    ...(scores.length > 0 && { score: addScores(scores) }),
  }
}

/** Removes the counts of answers that are too old to matter for the rate. Pure. */
export function dropOldPeriods(summary: Summary, now: Date): Summary {
  const first = Math.floor(now.getTime() / PERIOD_MILLISECONDS) - RATE_PERIODS
  const recent = Object.entries(summary.answersByPeriod).filter(([period]) => Number(period) >= first)
  return { ...summary, answersByPeriod: Object.fromEntries(recent) }
}
