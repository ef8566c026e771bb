import type { LimitFunction } from 'p-limit'
import type { Purpose } from '../../../contracts/labeling-answer.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { readState } from '../../../platform/state/record.ts'
import { answerRef } from '../answer.ts'
import type { AnswerName } from '../folders.ts'
import { type CountedAnswer, countedAnswers, countedChecks, countedReviews, type Shard } from '../shard.ts'
import type { Work } from '../work.ts'
import { inOrder, type Opinion, toOpinion } from './opinion.ts'

/** What workers say about a line, as far as it can be read. */
export interface LineOpinions {
  /** In order. */
  readonly opinions: readonly Opinion[]
  /** What the reviewer says who has decided; undefined where nobody has. */
  readonly review: Opinion | undefined
  /** What the worker says who has checked what others have drawn; undefined where nobody has. */
  readonly check: Opinion | undefined
  /** How many workers declined. */
  readonly declined: number
  /** Answers that count and cannot be read: missing, damaged, or no answer to this task. */
  readonly lost: number
}

/**
 * Reads what counts for a line: the latest counted answer of each worker, the latest review and the check. Each one that
 * cannot be read is logged with its key, and costs no other.
 * @param limit of all reads of the shard
 */
export async function readOpinions(
  work: Work,
  shard: Shard,
  line: number,
  limit: LimitFunction,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<LineOpinions> {
  const latest = latestAnswers(countedAnswers(shard, line))
  const asked = latest.filter(hasOpinion)
  const readAll = async (purpose: Purpose | undefined, answers: readonly CountedAnswer[]) => {
    const read = (answer: CountedAnswer) => limit(() => readOpinion(work, { ...answer, line, purpose }, ports))
    const found = await Promise.all(answers.filter(hasOpinion).map(read))
    return {
      opinions: inOrder(found.filter((opinion) => opinion !== undefined)),
      lost: found.filter((opinion) => opinion === undefined).length,
    }
  }
  const [own, reviews, checks] = await Promise.all([
    readAll(undefined, latest),
    readAll('review', latestAnswers(countedReviews(shard, line))),
    readAll('check', latestAnswers(countedChecks(shard, line))),
  ])
  return {
    opinions: own.opinions,
    // A second reviewer may have decided because the lease of the first one had expired.
    review: reviews.opinions[0],
    // Of two checks, one that finds something is worth a look.
    check: checks.opinions.find(findsMissing) ?? checks.opinions[0],
    declined: latest.length - asked.length,
    lost: own.lost + reviews.lost + checks.lost,
  }
}

/** Whether somebody who has checked an image says that an object lacks a box. Pure. */
export const findsMissing = (check: Pick<Opinion, 'verdict'> | undefined): boolean => check?.verdict === 'incorrect'

const hasOpinion = ({ noLabel }: CountedAnswer): boolean => noLabel !== 'declined'

/** Returns the latest of the counted answers of each worker. Pure. */
function latestAnswers(answers: readonly CountedAnswer[]): readonly CountedAnswer[] {
  const latest = new Map<string, CountedAnswer>()
  for (const answer of answers) {
    const before = latest.get(answer.worker)
    if (!before || answer.revision > before.revision) latest.set(answer.worker, answer)
  }
  return [...latest.values()]
}

async function readOpinion(
  work: Work,
  name: AnswerName,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<Opinion | undefined> {
  const ref = answerRef(work, name)
  const found = await readOrCorrupt(readState(ref, ports))
  const opinion = found && !(found instanceof CorruptStateError) ? toOpinion(found.value, work) : undefined
  if (!opinion) ports.log.error('state.corrupt', { key: ref.key })
  return opinion
}
