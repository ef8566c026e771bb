import { addHabits } from '../consolidation/habits.ts'
import { NO_SCORES, type ScoreSum, toSkill } from '../consolidation/skills.ts'
import { countedAnswers, type Shard } from '../shard.ts'
import { addToSum, NO_SCORE, type ScoresByWorker, type WorkerScore } from '../worker-scores.ts'
import type { Judgment } from './judge-line.ts'

/** Scores are stored in hundredths: they are not more exact. */
const HUNDREDTHS = 100
const HOUR_MILLISECONDS = 3_600_000

/**
 * Writes what the comparison of the opinions on a line has found. A line that is settled stays so. Pure.
 * @param isLast whether no more opinions are asked for: only then it says how workers draw, so that it does so once
 */
export function withJudgment(shard: Shard, line: number, judgment: Judgment, isLast: boolean): Shard {
  const { isSettled, isDisputed, agreement, gold, habits } = judgment
  const { settled = [], disputed = [] } = shard
  const toList = (scores: ReadonlyMap<string, number>): (number | null)[] =>
    countedAnswers(shard, line).map(({ worker }) => {
      const score = scores.get(worker)
      return score === undefined ? null : Math.round(HUNDREDTHS * score)
    })
  return {
    ...shard,
    ...(isSettled && !settled.includes(line) && { settled: [...settled, line] }),
    ...((isDisputed || disputed.length > 0) && {
      disputed: [...disputed.filter((other) => other !== line), ...(isDisputed ? [line] : [])],
    }),
    ...(agreement.size > 0 && { agreement: { ...shard.agreement, [line]: toList(agreement) } }),
    ...(gold.size > 0 && { gold: { ...shard.gold, [line]: toList(gold) } }),
    ...(isLast && habits.size > 0 && { habits: addToHabits(shard.habits, habits) }),
  }
}

function addToHabits(known: Shard['habits'], habits: Judgment['habits']): Shard['habits'] {
  const added = [...habits].map(([worker, own]) => [worker, addHabits([known?.[worker] ?? {}, own])] as const)
  return { ...known, ...Object.fromEntries(added) }
}

/** The comparisons in a shard. */
type Judged = Pick<Shard, 'answers' | 'agreement' | 'gold'>

/** Adds up the scores of each worker in a shard, by pseudonym. Pure. */
function sumScores(shard: Judged, field: 'agreement' | 'gold'): ReadonlyMap<string, ScoreSum> {
  const sums = new Map<string, ScoreSum>()
  for (const [line, scores] of Object.entries(shard[field] ?? {}))
    for (const [index, { worker }] of countedAnswers(shard, Number(line)).entries()) {
      const score = scores[index]
      if (score === undefined || score === null) continue
      sums.set(worker, addToSum(sums.get(worker) ?? NO_SCORES, score / HUNDREDTHS))
    }
  return sums
}

/** Returns the weight of each worker's opinion, from what is known in the shard alone. Pure. */
export function shardSkills(shard: Judged): ReadonlyMap<string, number> {
  const [agreement, gold] = [sumScores(shard, 'agreement'), sumScores(shard, 'gold')]
  const workers = new Set([...agreement.keys(), ...gold.keys()])
  return new Map(
    [...workers].map((worker) => [
      worker,
      toSkill({ agreement: agreement.get(worker) ?? NO_SCORES, gold: gold.get(worker) ?? NO_SCORES }),
    ]),
  )
}

/**
 * Returns how good the answers in a shard are, by pseudonym: as they were scored when its opinions were collected; before
 * that, as far as they were compared. When each answer came is not known then: the worker's last block tells. Pure.
 */
export function shardScores(shard: Judged & Pick<Shard, 'scores' | 'habits' | 'handBacks'>): ScoresByWorker {
  if (shard.scores) return shard.scores
  const [agreement, gold] = [sumScores(shard, 'agreement'), sumScores(shard, 'gold')]
  const workers = new Set([...agreement.keys(), ...gold.keys()])
  const toScore = (worker: string): WorkerScore => {
    const sum = agreement.get(worker) ?? NO_SCORES
    const last = shard.handBacks.findLast((one) => one.worker === worker)
    const hour = last && String(Math.floor(Date.parse(last.at) / HOUR_MILLISECONDS))
    return {
      ...NO_SCORE,
      agreement: sum,
      gold: gold.get(worker) ?? NO_SCORES,
      agreementByHour: hour === undefined ? {} : { [hour]: sum },
      habits: shard.habits?.[worker] ?? {},
    }
  }
  return Object.fromEntries([...workers].map((worker) => [worker, toScore(worker)]))
}
