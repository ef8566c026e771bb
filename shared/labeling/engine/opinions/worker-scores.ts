import * as z from 'zod'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import type { DrawnOpinion } from '../consolidation/consolidate-boxes.ts'
import { DEFAULT_SETTINGS } from '../consolidation/settings.ts'
import { estimateSkills, NO_SCORES, type ScoreSum, type WorkerScores } from '../consolidation/skills.ts'
import { scoreVerdicts } from '../judging/judge-line.ts'
import type { Work } from '../work.ts'
import type { CollectedLine } from './collect-opinions.ts'
import type { Opinion } from './opinion.ts'

const StoredSum = storedObject({ judged: z.int(), sum: z.number() })

/** How well each worker agrees with the others, and with what is known, by pseudonym. */
export const ScoresByWorker = z.record(z.string(), storedObject({ agreement: StoredSum, gold: StoredSum }))
export type ScoresByWorker = Readonly<Record<string, WorkerScores>>

/** More boxes than that say no more about anybody, and would only be held in memory. */
const MAX_BOXES = 100_000

/** Collects what is needed to score the workers of a shard. */
export class ScoredLines {
  readonly #drawn: DrawnOpinion[][] = []
  readonly #verdicts: Opinion[][] = []
  #boxes = 0

  add({ opinions }: Pick<CollectedLine, 'opinions'>): void {
    const labels = opinions.filter(({ answer }) => answer === 'boxes' || answer === 'verdict')
    if (labels.length < 2 || this.#boxes > MAX_BOXES) return
    this.#boxes += labels.reduce((sum, { boxes }) => sum + boxes.length, 0)
    if (labels[0]?.answer === 'verdict') this.#verdicts.push(labels)
    else this.#drawn.push(labels.map(({ worker, boxes }) => ({ worker, boxes })))
  }

  /** Scores the workers by all lines that were added. */
  score({ mode }: Pick<Work, 'mode'>): ScoresByWorker {
    if (mode !== 'verify') return Object.fromEntries(estimateSkills(this.#drawn, DEFAULT_SETTINGS))
    const scores = this.#verdicts.flatMap((labels) => [...scoreVerdicts(labels)])
    const byWorker = Map.groupBy(scores, ([worker]) => worker)
    return Object.fromEntries(
      [...byWorker].map(([worker, own]) => [
        worker,
        { agreement: { judged: own.length, sum: own.reduce((sum, [, score]) => sum + score, 0) }, gold: NO_SCORES },
      ]),
    )
  }
}

/** Adds scores of different shards up. Pure. @param parts in order of shards, as sums of floats depend on it */
export function addScores(parts: readonly ScoresByWorker[]): ScoresByWorker {
  const byWorker = Map.groupBy(
    parts.flatMap((part) => Object.entries(part)),
    ([worker]) => worker,
  )
  const add = (sums: readonly ScoreSum[]): ScoreSum => ({
    judged: sums.reduce((total, { judged }) => total + judged, 0),
    sum: sums.reduce((total, { sum }) => total + sum, 0),
  })
  return Object.fromEntries(
    [...byWorker].map(([worker, own]) => [
      worker,
      { agreement: add(own.map(([, { agreement }]) => agreement)), gold: add(own.map(([, { gold }]) => gold)) },
    ]),
  )
}
