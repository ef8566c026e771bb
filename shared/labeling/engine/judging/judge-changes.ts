import pLimit from 'p-limit'
import type { Ports } from '../../../platform/ports.ts'
import { type LineRules, tally } from '../line-rules.ts'
import { readOpinions } from '../opinions/read-opinions.ts'
import type { Shard } from '../shard.ts'
import type { Work } from '../work.ts'
import { judgeLine } from './judge-line.ts'
import { shardSkills, withJudgment } from './judgments.ts'

/** Answers that are read side by side. */
const MAX_READS_IN_FLIGHT = 32

/**
 * Compares the opinions on the lines whose answers have changed, in a job that asks no more than needed, or has reviewers:
 * a read of each of their answers. Whoever writes the shard writes with it what was found, so that a line is never open
 * because a function has died in between.
 * @param before the shard as it is stored
 * @param after with all answers that count
 */
export async function judgeChanges(
  work: Work,
  before: Pick<Shard, 'answers'>,
  after: Shard,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<Shard> {
  if (!isJudged(work)) return after
  const changed = Object.keys(after.answers)
    .map(Number)
    .filter((line) => after.answers[line] !== before.answers[line] && tally(after, line).opinions > 1)
  if (changed.length === 0) return after
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const lines = await Promise.all(
    changed.map(async (line) => ({ line, ...(await readOpinions(work, after, line, limit, ports)) })),
  )
  const skills = shardSkills(after)
  return lines.reduce(
    (shard, { line, opinions }) => withJudgment(shard, line, judgeLine(opinions, work, skills)),
    after,
  )
}

/** Whether it matters while a job runs what workers agree about. Pure. */
const isJudged = ({ stopWhen, review }: LineRules): boolean => stopWhen !== undefined || review === 'disputes'
