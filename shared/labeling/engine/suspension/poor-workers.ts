import { meanScore } from '../consolidation/skills.ts'
import { shardScores } from '../judging/judgments.ts'
import { isCollected } from '../opinions/is-collected.ts'
import type { Shard } from '../shard.ts'
import type { Work } from '../work.ts'
import type { WorkerScore } from '../worker-scores.ts'

/** After so many judged answers it is known how good a worker is. */
const MIN_JUDGED = 20
/** Below this mean score, answers are hardly better than random boxes. */
const MIN_SCORE = 0.5

/** Whether the workers of a job are scored at all. Pure. */
export const isScored = (work: Pick<Work, 'workersPerObject' | 'gold'>): boolean =>
  isCollected(work) || work.gold !== undefined

/** A worker whose answers are too often wrong. */
export interface PoorWorker {
  /** The pseudonym. */
  readonly worker: string
  /** Mean score of the judged answers, 0 to 1, in hundredths. */
  readonly score: number
  readonly judged: number
}

/**
 * Finds the workers who are to get no more tasks, and still get some. Pure.
 * @param scores by pseudonym
 * @param minJudged how many answers must be judged
 */
export function findPoorWorkers(
  scores: Readonly<Record<string, WorkerScore | undefined>>,
  { suspended = {} }: Pick<Work, 'suspended'>,
  minJudged = MIN_JUDGED,
): readonly PoorWorker[] {
  return Object.entries(scores).flatMap(([worker, known]) => {
    const judged = known ? known.agreement.judged + known.gold.judged : 0
    const score = known && meanScore(known)
    const isPoor = score !== undefined && judged >= minJudged && score < MIN_SCORE
    return isPoor && !Object.hasOwn(suspended, worker) ? [{ worker, judged, score: Math.round(100 * score) / 100 }] : []
  })
}

/** After each of so many poor answers in a single shard, all shards are looked at. */
const SUSPECT_STEP = 5

/**
 * Whether more answers of some worker in a shard were judged, and most of them are wrong: then all that is known of the
 * worker is to be looked at. Pure.
 */
export function makesSuspect(before: Shard, after: Shard, work: Pick<Work, 'suspended'>): boolean {
  if (before.agreement === after.agreement && before.gold === after.gold) return false
  const toSteps = (shard: Shard): ReadonlyMap<string, number> =>
    new Map(
      findPoorWorkers(shardScores(shard), work, SUSPECT_STEP).map(({ worker, judged }) => [
        worker,
        Math.floor(judged / SUSPECT_STEP),
      ]),
    )
  const known = toSteps(before)
  return [...toSteps(after)].some(([worker, steps]) => steps > (known.get(worker) ?? 0))
}

/** Whether a worker gets no more tasks. Pure. */
export const isSuspended = ({ suspended = {} }: Pick<Work, 'suspended'>, worker: string): boolean =>
  Object.hasOwn(suspended, worker)
