import { hasAllAnswers, isLabeled, type LineRules, tally } from '../line-rules.ts'
import { countedAnswers, type Shard } from '../shard.ts'

/** What the answers of a line amount to. */
export interface LineProgress {
  /** `open` while people are asked. `unlabeled` and `failed` have no label, and nobody is asked any more. */
  readonly outcome: 'open' | 'labeled' | 'failed' | 'unlabeled'
  /** Answers that count, except `declined`. */
  readonly opinions: number
  /** Opinions that people are still asked for. */
  readonly needed: number
}

/** Returns how far a line is, according to its shard. Pure. */
export function findLineProgress(
  shard: Pick<Shard, 'answers' | 'closed'>,
  line: number,
  rules: LineRules,
): LineProgress {
  const answers = countedAnswers(shard, line)
  const counted = tally(answers)
  const { opinions } = counted
  const hasEnded = hasAllAnswers(counted, rules)
  if (!hasEnded && !shard.closed) return { outcome: 'open', opinions, needed: rules.workersPerObject - opinions }
  if (!hasEnded && opinions === 0 && shard.closed?.because === 'stopped')
    return { outcome: 'unlabeled', opinions, needed: 0 }
  const labels = answers.filter(({ noLabel }) => noLabel === undefined).length
  return { outcome: isLabeled(labels, counted) ? 'labeled' : 'failed', opinions, needed: 0 }
}
