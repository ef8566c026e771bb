import pLimit from 'p-limit'
import type { Ports } from '../../../platform/ports.ts'
import { skipCorrupt } from '../../../platform/state/corrupt-state.ts'
import { hasAllAnswers, tally } from '../line-rules.ts'
import { readOpinions } from '../opinions/read-opinions.ts'
import { readBlockTasks } from '../serving/block-tasks.ts'
import type { Shard } from '../shard.ts'
import type { TaskLine } from '../task-lines.ts'
import { toBlock, type Work } from '../work.ts'
import { type Judgment, judgeLine, NO_JUDGMENT } from './judge-line.ts'
import { shardSkills, withHabits, withJudgment } from './judgments.ts'

/** Answers that are read side by side. */
const MAX_READS_IN_FLIGHT = 32

/** What was found for lines with certain answers: whoever has to write the shard again need not compare them again. */
export type KnownJudgments = Map<string, Judgment>

/**
 * Compares the opinions on the lines whose answers have changed, in a job that asks no more than needed, or has reviewers or
 * gold: a read of each of their answers. Whoever writes the shard writes with it what was found, so that a line is never
 * open because a function has died in between.
 * @param before the shard as it is stored
 * @param after with all answers that count
 * @param known what was found in vain, as the shard has changed meanwhile; what is found is added
 */
export async function judgeChanges(
  work: Work,
  before: Shard,
  after: Shard,
  known: KnownJudgments,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<Shard> {
  if (!isJudged(work)) return after
  const changed = Object.keys(after.answers)
    .map(Number)
    .filter((line) => after.answers[line] !== before.answers[line])
  if (changed.length === 0) return after
  const truths = hasGold(work) ? await readTruths(work, after, changed, ports) : NO_TRUTHS
  const skills = shardSkills(after)
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const judge = async (line: number): Promise<Judgment> => {
    const count = tally(after, line).opinions
    if (count === 0 || (count === 1 && !truths.has(line))) return NO_JUDGMENT
    const answers = [line, ...(after.answers[line] ?? [])].join(' ')
    const found = known.get(answers)
    if (found) return found
    const { opinions } = await readOpinions(work, after, line, limit, ports)
    const judgment = judgeLine(opinions, work, skills, truths.get(line))
    known.set(answers, judgment)
    return judgment
  }
  const judged = await Promise.all(changed.map(async (line) => ({ line, judgment: await judge(line) })))
  return judged.reduce((shard, { line, judgment }) => {
    const next = withJudgment(shard, line, judgment, work)
    const isLast = hasAllAnswers(tally(next, line), work) && !hasAllAnswers(tally(before, line), work)
    return isLast ? withHabits(next, judgment) : next
  }, after)
}

/** Whether it matters while a job runs what workers agree about. Pure. */
export const isJudged = (work: Pick<Work, 'stopWhen' | 'review' | 'gold'>): boolean =>
  work.stopWhen !== undefined || work.review === 'disputes' || hasGold(work)

const hasGold = ({ gold }: Pick<Work, 'gold'>): boolean => (gold?.share ?? 0) > 0

type Truths = ReadonlyMap<number, NonNullable<TaskLine['truth']>>
const NO_TRUTHS: Truths = new Map()

/** Returns what is known of some lines, by line number. Unreadable tasks are logged and skipped. */
async function readTruths(
  work: Work,
  shard: Shard,
  lines: readonly number[],
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<Truths> {
  const blocks = [...new Set(lines.map(toBlock))]
  const tasks = await Promise.all(blocks.map((block) => skipCorrupt(readBlockTasks(work, shard, block, ports), ports)))
  return new Map(
    tasks.flatMap((found) =>
      [...(found ?? [])].flatMap(([line, { truth }]) => (truth ? [[line, truth] as const] : [])),
    ),
  )
}
