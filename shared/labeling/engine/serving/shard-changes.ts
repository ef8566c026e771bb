import type { AnswerName } from '../folders.ts'
import type { LineRules } from '../line-rules.ts'
import {
  type CountedAnswer,
  countedField,
  countedFor,
  formatCounted,
  type HandBack,
  type NoLabel,
  type Shard,
  type TaskLease,
} from '../shard.ts'
import { allEnded, hasDone } from './lines.ts'

/** An answer that was found in a shard's folder. What it says is known only where it was read. */
export interface FoundAnswer extends AnswerName {
  readonly noLabel?: NoLabel | undefined
}

/** What a worker reports with a block, and what is known of its answers. */
export type BlockFigures = Pick<HandBack, 'sample' | 'swapMilliseconds'>

/** Adds a lease. Pure. */
export const withLease = (shard: Shard, lease: TaskLease): Shard => ({ ...shard, leases: [...shard.leases, lease] })

/** Extends a lease; undefined where it is no longer open. Pure. */
export function withExtendedLease(shard: Shard, id: string, until: string): Shard | undefined {
  const index = shard.leases.findIndex((lease) => lease.id === id)
  const lease = shard.leases[index]
  return lease && { ...shard, leases: shard.leases.with(index, { ...lease, until }) }
}

/**
 * Counts an answer, in place of an earlier one of the same worker. An earlier revision than the counted one changes
 * nothing. One that was found in a listing may turn out to be no label when its request is repeated. Pure.
 */
export function withAnswer(shard: Shard, { line, worker, revision, purpose, noLabel }: FoundAnswer): Shard {
  const field = countedField(purpose)
  const answers = countedFor(shard, line, purpose)
  const index = answers.findIndex((answer) => answer.worker === worker)
  const counted: CountedAnswer = { worker, revision, noLabel }
  const existing = answers[index]
  const isSame = existing?.revision === revision && (noLabel === undefined || existing.noLabel === noLabel)
  if (existing && (existing.revision > revision || isSame)) return shard
  const next = existing ? answers.with(index, counted) : [...answers, counted]
  return { ...shard, [field]: { ...shard[field], [line]: next.map(formatCounted) } }
}

/** Whether the worker of a lease has answered all its lines, by what is counted or was found. Pure. */
export const isFinished = (shard: Shard, lease: TaskLease, found: readonly FoundAnswer[]): boolean =>
  lease.lines.every(
    (line) => hasDone(shard, line, lease) || found.some((answer) => answer.line === line && isOfLease(answer, lease)),
  )

/** Whether an answer is by the worker of a lease, to what the lease asks. Pure. */
export const isOfLease = (
  { line, worker, purpose }: FoundAnswer,
  lease: Pick<TaskLease, 'worker' | 'lines' | 'purpose'>,
): boolean => worker === lease.worker && purpose === lease.purpose && lease.lines.includes(line)

/**
 * Ends a lease: counts the answers that were found, and frees the lines without one. Pure.
 * @param found the answers in the folder of its block, of whomever
 */
export function endLease(
  shard: Shard,
  lease: TaskLease,
  found: readonly FoundAnswer[],
  now: Date,
  figures: BlockFigures = {},
): Shard {
  const own = found.filter((answer) => isOfLease(answer, lease))
  const counted = own.toSorted((one, other) => one.revision - other.revision).reduce(withAnswer, shard)
  const answered = lease.lines.filter((line) => hasDone(counted, line, lease)).length
  const handBack: HandBack = {
    worker: lease.worker,
    at: now.toISOString(),
    answered,
    seconds: Math.max(0, (now.getTime() - Date.parse(lease.since)) / 1000),
    ...(answered < lease.lines.length && { expired: true }),
    ...figures,
  }
  const leases = counted.leases.filter(({ id }) => id !== lease.id)
  return { ...counted, leases, handBacks: [...counted.handBacks, handBack] }
}

/** Whether somebody may have a lease, also one that a rebuilt shard does not know of. Pure. */
export const mayBeLeased = ({ leases, rebuilt }: Shard): boolean =>
  leases.length > 0 || rebuilt?.leasesUntil !== undefined

/** Closes the shard if every line has ended and nobody has a lease: nothing in it changes after that. Pure. */
export const closeIfComplete = (shard: Shard, rules: LineRules, now: Date): Shard =>
  !shard.closed && !mayBeLeased(shard) && allEnded(shard, rules)
    ? { ...shard, closed: { at: now.toISOString(), because: 'complete' } }
    : shard
