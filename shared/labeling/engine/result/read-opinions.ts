import type { LimitFunction } from 'p-limit'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { readState } from '../../../platform/state/record.ts'
import { answerRef } from '../answer.ts'
import { type CountedAnswer, countedAnswers, type Shard } from '../shard.ts'
import type { Work } from '../work.ts'
import { inOrder, type Opinion, toOpinion } from './opinion.ts'

/** The opinions on a line, as far as they can be read. */
export interface LineOpinions {
  /** In order. */
  readonly opinions: readonly Opinion[]
  /** How many workers declined. */
  readonly declined: number
  /** Answers that count and cannot be read: missing, damaged, or no answer to this task. */
  readonly lost: number
}

/**
 * Reads the opinions that count for a line: the latest counted answer of each worker. Each one that cannot be read is
 * logged with its key, and costs no other.
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
  const asked = latest.filter(({ noLabel }) => noLabel !== 'declined')
  const found = await Promise.all(asked.map((answer) => limit(() => readOpinion(work, { ...answer, line }, ports))))
  const opinions = found.filter((opinion) => opinion !== undefined)
  return {
    opinions: inOrder(opinions),
    declined: latest.length - asked.length,
    lost: asked.length - opinions.length,
  }
}

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
  name: CountedAnswer & { readonly line: number },
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<Opinion | undefined> {
  const ref = answerRef(work, name)
  const found = await readOrCorrupt(readState(ref, ports))
  const opinion = found && !(found instanceof CorruptStateError) ? toOpinion(found.value, work) : undefined
  if (!opinion) ports.log.error('state.corrupt', { key: ref.key })
  return opinion
}
