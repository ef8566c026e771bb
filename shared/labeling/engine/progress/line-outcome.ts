import {
  hasAllAnswers,
  isLabeled,
  type LineRules,
  needsCheck,
  needsReview,
  tally,
  wantedOpinions,
} from '../line-rules.ts'
import { countedAnswers, countedReviews, type Shard } from '../shard.ts'

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
  shard: Pick<Shard, 'answers' | 'settled' | 'disputed' | 'reviews' | 'checks' | 'closed'>,
  line: number,
  rules: LineRules,
): LineProgress {
  const counted = tally(shard, line)
  const { opinions } = counted
  const hasEnded = hasAllAnswers(counted, rules)
  const isWaiting = hasEnded && !shard.closed && (needsReview(shard, line, rules) || needsCheck(shard, line, rules))
  if (isWaiting) return { outcome: 'open', opinions, needed: 0 }
  if (!hasEnded && !shard.closed)
    return { outcome: 'open', opinions, needed: wantedOpinions(counted, rules) - opinions }
  if (!hasEnded && opinions === 0 && shard.closed?.because === 'stopped')
    return { outcome: 'unlabeled', opinions, needed: 0 }
  const review = countedReviews(shard, line).find(({ noLabel }) => noLabel !== 'declined')
  if (review) return { outcome: review.noLabel ? 'failed' : 'labeled', opinions, needed: 0 }
  const labels = countedAnswers(shard, line).filter(({ noLabel }) => noLabel === undefined).length
  return { outcome: isLabeled(labels, counted) ? 'labeled' : 'failed', opinions, needed: 0 }
}
