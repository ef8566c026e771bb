import { type ScoreSum, toSkill } from '../consolidation/skills.ts'
import { countedAnswers, type Shard } from '../shard.ts'
import type { Judgment } from './judge-line.ts'

/** Scores are stored in hundredths: they are not more exact. */
const HUNDREDTHS = 100

/** Writes what the comparison of the opinions on a line has found. A line that is settled stays so. Pure. */
export function withJudgment(shard: Shard, line: number, { isSettled, isDisputed, agreement }: Judgment): Shard {
  const { settled = [], disputed = [] } = shard
  const scores = countedAnswers(shard, line).map(({ worker }) => {
    const score = agreement.get(worker)
    return score === undefined ? null : Math.round(HUNDREDTHS * score)
  })
  return {
    ...shard,
    ...(isSettled && !settled.includes(line) && { settled: [...settled, line] }),
    ...((isDisputed || disputed.length > 0) && {
      disputed: [...disputed.filter((other) => other !== line), ...(isDisputed ? [line] : [])],
    }),
    agreement: { ...shard.agreement, [line]: scores },
  }
}

/** Adds up how well each worker agrees with the others in a shard, by pseudonym. Pure. */
export function sumAgreement(shard: Pick<Shard, 'answers' | 'agreement'>): ReadonlyMap<string, ScoreSum> {
  const sums = new Map<string, ScoreSum>()
  for (const [line, scores] of Object.entries(shard.agreement ?? {}))
    for (const [index, { worker }] of countedAnswers(shard, Number(line)).entries()) {
      const score = scores[index]
      if (score === undefined || score === null) continue
      const { judged, sum } = sums.get(worker) ?? NOTHING
      sums.set(worker, { judged: judged + 1, sum: sum + score / HUNDREDTHS })
    }
  return sums
}

const NOTHING: ScoreSum = { judged: 0, sum: 0 }

/** Returns the weight of each worker's opinion, from what is known in the shard alone. Pure. */
export const shardSkills = (shard: Pick<Shard, 'answers' | 'agreement'>): ReadonlyMap<string, number> =>
  new Map([...sumAgreement(shard)].map(([worker, agreement]) => [worker, toSkill({ agreement, gold: NOTHING })]))
