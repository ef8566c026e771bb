import { type CountedAnswer, countedAnswers, type Shard } from '../shard.ts'

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
  workersPerObject: number,
): LineProgress {
  const answers = countedAnswers(shard, line)
  const declined = answers.filter(({ noLabel }) => noLabel === 'declined').length
  const opinions = answers.length - declined
  const hasEnded = opinions >= workersPerObject || declined >= workersPerObject
  if (!hasEnded && !shard.closed) return { outcome: 'open', opinions, needed: workersPerObject - opinions }
  const isLeft = opinions === 0 && declined < workersPerObject && shard.closed?.because === 'stopped'
  return { outcome: isLeft ? 'unlabeled' : judge(answers, opinions), opinions, needed: 0 }
}

/** A line fails when it has no label, or when most opinions are that there can be none. */
function judge(answers: readonly CountedAnswer[], opinions: number): 'labeled' | 'failed' {
  const labels = answers.filter(({ noLabel }) => noLabel === undefined).length
  return labels > 0 && 2 * labels >= opinions ? 'labeled' : 'failed'
}
