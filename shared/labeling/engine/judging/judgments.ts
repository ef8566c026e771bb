import { addHabits } from '../consolidation/habits.ts'
import { addToSum, NO_SCORES, type ScoreSum, toSkill } from '../consolidation/skills.ts'
import { type LineRules, tally } from '../line-rules.ts'
import { countedAnswers, type Shard } from '../shard.ts'
import { NO_SCORE, type ScoresByWorker, toHour, type WorkerScore } from '../worker-scores.ts'
import type { Judgment } from './judge-line.ts'

/** Scores are stored in hundredths: they are not more exact. */
const HUNDREDTHS = 100

/**
 * Writes what the comparison of the opinions on a line has found, in place of what was found before. A line that is settled
 * stays so, unless too few opinions are left because somebody now declines. Pure.
 */
export function withJudgment(shard: Shard, line: number, judgment: Judgment, { stopWhen }: LineRules): Shard {
  const { isSettled, isDisputed, agreement, gold } = judgment
  const staysSettled = tally(shard, line).isSettled && tally(shard, line).opinions >= (stopWhen?.workers ?? 0)
  return {
    ...shard,
    ...setMember('settled', shard, line, isSettled || staysSettled),
    ...setMember('disputed', shard, line, isDisputed),
    ...setScores('agreement', shard, line, agreement),
    ...setScores('gold', shard, line, gold),
  }
}

/** Returns a list of the shard with, or without, a line; nothing where it stays as it is. */
function setMember(field: 'settled' | 'disputed', shard: Shard, line: number, isMember: boolean): Partial<Shard> {
  const { [field]: lines = [] } = shard
  if (lines.includes(line) === isMember) return {}
  return { [field]: isMember ? [...lines, line] : lines.filter((other) => other !== line) }
}

/** Returns scores of the shard with those of a line, or without; nothing where there are none. */
function setScores(
  field: 'agreement' | 'gold',
  shard: Shard,
  line: number,
  scores: ReadonlyMap<string, number>,
): Partial<Shard> {
  const { [line]: known, ...others } = shard[field] ?? {}
  if (scores.size === 0) return known ? { [field]: others } : {}
  const list = countedAnswers(shard, line).map(({ worker }) => {
    const score = scores.get(worker)
    return score === undefined ? null : Math.round(HUNDREDTHS * score)
  })
  return { [field]: { ...others, [line]: list } }
}

/** Adds how workers have drawn on a line that has all its opinions now: only then, so that it counts once. Pure. */
export const withHabits = (shard: Shard, { habits }: Judgment): Shard =>
  habits.size === 0 ? shard : { ...shard, habits: addToHabits(shard.habits, habits) }

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
    return {
      ...NO_SCORE,
      agreement: sum,
      gold: gold.get(worker) ?? NO_SCORES,
      agreementByHour: last ? { [toHour(last.at)]: sum } : {},
      habits: shard.habits?.[worker] ?? {},
    }
  }
  return Object.fromEntries([...workers].map((worker) => [worker, toScore(worker)]))
}
