import { hasAllAnswers, type LineRules, tally } from '../line-rules.ts'
import { countedAnswers, type Shard, type TaskLease } from '../shard.ts'
import { BLOCK_LINES, toBlock } from '../work.ts'

/** Whether nobody is asked for a line any more, or it was never to be labeled. Pure. */
const hasEnded = (shard: Shard, line: number, rules: LineRules): boolean =>
  shard.skipped.includes(line) || hasAllAnswers(tally(countedAnswers(shard, line)), rules)

/** Whether every line has ended. Pure. */
export const allEnded = (shard: Shard, rules: LineRules): boolean =>
  shardLines(shard).every((line) => hasEnded(shard, line, rules))

/** Returns the numbers of the lines of a shard. Pure. */
const shardLines = ({ firstLine, lines }: Pick<Shard, 'firstLine' | 'lines'>): number[] =>
  Array.from({ length: lines }, (_, index) => firstLine + index)

export const isExpired = ({ until }: TaskLease, now: Date): boolean => Date.parse(until) <= now.getTime()

/** Whether an answer of this worker counts for the line. Pure. */
export const hasAnswered = (shard: Shard, line: number, worker: string): boolean =>
  countedAnswers(shard, line).some((answer) => answer.worker === worker)

/**
 * Returns the workers who may still answer a line: those with an open lease on it whose answer is not counted yet. Pure.
 */
const holders = (shard: Shard, line: number): readonly string[] =>
  shard.leases
    .filter(({ lines, worker }) => lines.includes(line) && !hasAnswered(shard, line, worker))
    .map(({ worker }) => worker)

/**
 * Whether a worker can get a line: it needs more opinions than those that are given or on their way, and the worker has
 * neither answered it nor has it now. By line, not by block: where a team has just as many people as a line needs opinions,
 * one who left a block must be able to come back to the rest of it. Pure.
 */
function isFree(shard: Shard, line: number, worker: string, rules: LineRules): boolean {
  if (hasEnded(shard, line, rules) || hasAnswered(shard, line, worker)) return false
  const held = holders(shard, line)
  const { opinions } = tally(countedAnswers(shard, line))
  return !held.includes(worker) && opinions + held.length < rules.workersPerObject
}

/** What a shard has for a worker. */
export type Room =
  | { readonly kind: 'lines'; readonly block: number; readonly lines: readonly number[] }
  /** All lines that are left are with others, until a time (milliseconds since 1970) at least. */
  | { readonly kind: 'full'; readonly until: number }
  /** There is and will be nothing: every line has ended, or was answered by this worker. */
  | { readonly kind: 'exhausted' }

/**
 * Finds the lines that a worker could get: of the block that has most of them, the first of several. Leases must not have
 * expired. Pure.
 */
export function findRoom(shard: Shard, worker: string, rules: LineRules): Room {
  if (shard.closed) return { kind: 'exhausted' }
  const left = shardLines(shard).filter((line) => !hasEnded(shard, line, rules) && !hasAnswered(shard, line, worker))
  const free = Map.groupBy(
    left.filter((line) => isFree(shard, line, worker, rules)),
    toBlock,
  )
  let best: Room | undefined
  for (const [block, lines] of [...free].toSorted(([one], [other]) => one - other))
    if (best?.kind !== 'lines' || lines.length > best.lines.length) best = { kind: 'lines', block, lines }
  if (best) return best
  return left.length === 0 ? { kind: 'exhausted' } : { kind: 'full', until: firstExpiry(shard, left) }
}

/** When the first lease on one of these lines expires. */
function firstExpiry({ leases }: Shard, lines: readonly number[]): number {
  const relevant = leases.filter((lease) => lease.lines.some((line) => lines.includes(line)))
  return Math.min(...relevant.map(({ until }) => Date.parse(until)))
}

/** Whether any worker could get a line now. Pure. */
export const hasRoom = (shard: Shard, rules: LineRules): boolean => findRoom(shard, '', rules).kind === 'lines'

/** Returns the numbers of the lines of a block. Pure. */
export const blockLines = (shard: Pick<Shard, 'firstLine' | 'lines'>, block: number): number[] =>
  shardLines(shard).slice(block * BLOCK_LINES, (block + 1) * BLOCK_LINES)
