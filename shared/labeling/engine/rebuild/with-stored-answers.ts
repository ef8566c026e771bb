import type { StoredAnswer } from '../answer.ts'
import type { AnswerName } from '../folders.ts'
import { withAnswer } from '../serving/shard-changes.ts'
import { type HandBack, type Shard, toNoLabel } from '../shard.ts'

/** An answer that was read, and its key. */
export interface ReadAnswer {
  readonly name: AnswerName
  readonly answer: StoredAnswer
}

/**
 * Counts answers in a shard that knows nothing of the leases under which they were given: each of these leases becomes a
 * block that was handed back with its last answer. Pure.
 * @param read in the order in which they were submitted
 */
export function withStoredAnswers(shard: Shard, read: readonly ReadAnswer[]): Shard {
  if (read.length === 0) return shard
  const counted = read
    .map(({ name, answer: { answer } }) => ({ ...name, noLabel: toNoLabel(answer, name.purpose) }))
    .reduce(withAnswer, shard)
  const leases = Map.groupBy(read, ({ answer }) => `${answer.worker}.${answer.lease}`)
  return { ...counted, handBacks: [...counted.handBacks, ...[...leases.values()].flatMap(toHandBack)] }
}

function toHandBack(read: readonly ReadAnswer[]): HandBack[] {
  const last = read.at(-1)?.answer
  if (!last) return []
  const { worker, submittedAt, acceptedAt, activeMilliseconds, boxes = [] } = last
  return [
    {
      worker,
      at: submittedAt,
      answered: read.length,
      seconds: Math.max(0, (Date.parse(submittedAt) - Date.parse(acceptedAt)) / 1000),
      ...(activeMilliseconds !== undefined && { sample: { milliseconds: activeMilliseconds, boxes: boxes.length } }),
    },
  ]
}
