import type { DrawnOpinion } from './consolidate-boxes.ts'
import { scoreOpinions } from './score.ts'
import type { ConsolidationSettings, Skills } from './settings.ts'

/** Scores of answers, each 0 to 1, added up. */
export interface ScoreSum {
  /** How many answers. */
  readonly judged: number
  readonly sum: number
}

export interface WorkerScores {
  /** Against the consensus of the others. */
  readonly agreement: ScoreSum
  /** Against boxes that are known. */
  readonly gold: ScoreSum
}

/** How much a gold answer counts: the truth says more than what others have. */
const GOLD_WEIGHT = 5
/** A worker begins as if so many answers had been judged, each with this score. */
const ASSUMED_ANSWERS = 4
const ASSUMED_SCORE = 0.8
/** Good workers score 0.97, loose ones 0.9: the power makes the difference count. */
const POWER = 4
/** No worker is without any weight. */
const MIN_SKILL = 0.02
/** Skills decide what the consensus is, and this decides skills: after three rounds, hardly anything changes. */
const ROUNDS = 3

export const NO_SCORES: ScoreSum = { judged: 0, sum: 0 }

/** Adds one more score to a sum. Pure. */
export const addToSum = ({ judged, sum }: ScoreSum, score: number): ScoreSum => ({
  judged: judged + 1,
  sum: sum + score,
})

/** Pure. @param sums in a stable order, as sums of floats depend on it */
export const addSums = (sums: readonly ScoreSum[]): ScoreSum => ({
  judged: sums.reduce((total, { judged }) => total + judged, 0),
  sum: sums.reduce((total, { sum }) => total + sum, 0),
})

/** Returns the weight of a worker's opinions, 0.02 to 1; 0.8 to the fourth power where nothing is known. Pure. */
export const toSkill = ({ agreement, gold }: WorkerScores): number =>
  Math.max(
    MIN_SKILL,
    ((agreement.sum + GOLD_WEIGHT * gold.sum + ASSUMED_ANSWERS * ASSUMED_SCORE) /
      (agreement.judged + GOLD_WEIGHT * gold.judged + ASSUMED_ANSWERS)) **
      POWER,
  )

/** Returns the mean score of what a worker answered, 0 to 1, gold counted five times; undefined before any is judged. Pure. */
export function meanScore({ agreement, gold }: WorkerScores): number | undefined {
  const judged = agreement.judged + GOLD_WEIGHT * gold.judged
  return judged === 0 ? undefined : (agreement.sum + GOLD_WEIGHT * gold.sum) / judged
}

/** Returns the skill of each worker. Pure. */
export const toSkills = (scores: ReadonlyMap<string, WorkerScores>): Skills =>
  new Map([...scores].map(([worker, known]) => [worker, toSkill(known)]))

/**
 * Scores workers from nothing but their answers, and gold if there is any. Each round scores every answer against the
 * consensus of the others, in which workers weigh what they scored in the round before. Pure.
 * @param lines the opinions of each image; those with a single one say nothing about its worker
 * @param gold scores against known boxes, by worker
 * @returns scores of every worker who drew something or has gold
 */
export function estimateSkills(
  lines: readonly (readonly DrawnOpinion[])[],
  settings: ConsolidationSettings,
  gold: ReadonlyMap<string, ScoreSum> = new Map(),
): Map<string, WorkerScores> {
  const workers = [...new Set([...gold.keys(), ...lines.flat().map(({ worker }) => worker)])]
  let scores = new Map<string, WorkerScores>(
    workers.map((worker) => [worker, { agreement: NO_SCORES, gold: gold.get(worker) ?? NO_SCORES }]),
  )
  for (let round = 0; round < ROUNDS; round++) {
    const agreement = sumScores(lines, toSkills(scores), settings)
    scores = new Map(
      [...scores].map(([worker, known]) => [worker, { ...known, agreement: agreement.get(worker) ?? NO_SCORES }]),
    )
  }
  return scores
}

function sumScores(
  lines: readonly (readonly DrawnOpinion[])[],
  skills: Skills,
  settings: ConsolidationSettings,
): ReadonlyMap<string, ScoreSum> {
  const sums = new Map<string, ScoreSum>()
  for (const opinions of lines)
    for (const [worker, score] of scoreOpinions(opinions, skills, settings, undefined) ?? [])
      sums.set(worker, addToSum(sums.get(worker) ?? NO_SCORES, score))
  return sums
}
