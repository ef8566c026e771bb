import type { Purpose } from '../../../contracts/labeling-answer.ts'
import type { WorkerRole } from '../../../contracts/worker.ts'
import { hasAllAnswers, type LineRules, needsCheck, needsReview, tally, wantedOpinions } from '../line-rules.ts'
import { countedFor, type Shard, type TaskLease } from '../shard.ts'
import { BLOCK_LINES, toBlock } from '../work.ts'

/** Whether no worker is asked for an opinion on a line any more, or it was never to be labeled. Pure. */
const isAnswered = (shard: Shard, line: number, rules: LineRules): boolean =>
  shard.skipped.includes(line) || hasAllAnswers(tally(shard, line), rules)

/** Whether nobody is asked about a line any more. Pure. */
const hasEnded = (shard: Shard, line: number, rules: LineRules): boolean =>
  isAnswered(shard, line, rules) && !needsReview(shard, line, rules) && !needsCheck(shard, line, rules)

/** Whether every line has ended. Pure. */
export const allEnded = (shard: Shard, rules: LineRules): boolean =>
  shardLines(shard).every((line) => hasEnded(shard, line, rules))

/** Returns the numbers of the lines of a shard. Pure. */
const shardLines = ({ firstLine, lines }: Pick<Shard, 'firstLine' | 'lines'>): number[] =>
  Array.from({ length: lines }, (_, index) => firstLine + index)

export const isExpired = ({ until }: TaskLease, now: Date): boolean => Date.parse(until) <= now.getTime()

/** Whether what the worker of a lease was asked about a line counts already. Pure. */
export const hasDone = (
  shard: Shard,
  line: number,
  { worker, purpose }: Pick<TaskLease, 'worker' | 'purpose'>,
): boolean => countedFor(shard, line, purpose).some((answer) => answer.worker === worker)

/** Whether an opinion of this worker on the line counts, or that the worker has none. Pure. */
const hasAnswered = (shard: Shard, line: number, worker: string): boolean =>
  hasDone(shard, line, { worker, purpose: undefined })

/** Returns the open leases on a line whose worker may still answer what is asked. Pure. @param purpose undefined for opinions */
const leasesOn = (shard: Shard, line: number, purpose: Purpose | undefined): readonly TaskLease[] =>
  shard.leases.filter(
    (lease) => lease.purpose === purpose && lease.lines.includes(line) && !hasDone(shard, line, lease),
  )

/**
 * Whether a worker can get a line: it needs more opinions than those that are given or on their way, and the worker has
 * neither answered it nor has it now. By line, not by block: where a team has just as many people as a line needs opinions,
 * one who left a block must be able to come back to the rest of it. Pure.
 */
function isFree(shard: Shard, line: number, worker: string, rules: LineRules): boolean {
  const held = leasesOn(shard, line, undefined)
  const counted = tally(shard, line)
  return (
    held.every((lease) => lease.worker !== worker) && counted.opinions + held.length < wantedOpinions(counted, rules)
  )
}

/** Whether somebody can get a line to review or to check: nobody else has it for that now. Pure. */
const isFreeTo = (purpose: Purpose, shard: Shard, line: number): boolean => leasesOn(shard, line, purpose).length === 0

/** What a shard has for a worker. */
export type Room =
  | {
      readonly kind: 'lines'
      readonly block: number
      readonly lines: readonly number[]
      /** Undefined for opinions. */
      readonly purpose?: Purpose
    }
  /** All lines that are left are with others, until a time (milliseconds since 1970) at least. */
  | { readonly kind: 'full'; readonly until: number }
  /** There is and will be nothing: every line has ended, or was answered by this worker. */
  | { readonly kind: 'exhausted' }

/** Somebody for whom there may be lines. */
export interface Asker {
  /** The pseudonym; empty for anybody. */
  readonly worker: string
  readonly role: WorkerRole
}

/**
 * Finds the lines that a worker could get: of the block that has most of them, the first of several. Reviewers get lines to
 * review first; everybody gets lines to check when there are none to label. Leases must not have expired. Pure.
 */
export function findRoom(shard: Shard, asker: Asker, rules: LineRules): Room {
  if (shard.closed) return { kind: 'exhausted' }
  const { worker, role } = asker
  const untils: number[] = []
  for (const find of [...(role === 'review' ? [findReviewRoom] : []), findLabelRoom, findCheckRoom]) {
    const room = find(shard, worker, rules)
    if (room.kind === 'lines') return room
    if (room.kind === 'full') untils.push(room.until)
  }
  return untils.length === 0 ? { kind: 'exhausted' } : { kind: 'full', until: Math.min(...untils) }
}

/**
 * Whether as many workers have answered a line as `stopWhen` asks for, without agreeing. The next opinion says who of them is
 * wrong, so these lines come first: somebody who answers at random is found sooner. Pure.
 */
const isUndecided = (shard: Shard, line: number, { stopWhen }: LineRules): boolean =>
  stopWhen !== undefined && tally(shard, line).opinions >= stopWhen.workers

function findLabelRoom(shard: Shard, worker: string, rules: LineRules): Room {
  const left = shardLines(shard).filter((line) => !isAnswered(shard, line, rules) && !hasAnswered(shard, line, worker))
  const free = left.filter((line) => isFree(shard, line, worker, rules))
  const best = largestBlock(free.filter((line) => isUndecided(shard, line, rules))) ?? largestBlock(free)
  if (best) return best
  return left.length === 0 ? { kind: 'exhausted' } : { kind: 'full', until: firstExpiry(shard, left) }
}

/**
 * Finds lines to review. Those that the reviewer has labeled come last: somebody else should decide them, but there may be
 * nobody. As long as a line of the shard has not ended, it may become one to review.
 */
function findReviewRoom(shard: Shard, worker: string, rules: LineRules): Room {
  if (rules.review !== 'disputes') return { kind: 'exhausted' }
  const asked: Pick<TaskLease, 'worker' | 'purpose'> = { worker, purpose: 'review' }
  const open = shardLines(shard).filter((line) => !hasEnded(shard, line, rules) && !hasDone(shard, line, asked))
  const free = open.filter(
    (line) => needsReview(shard, line, rules) && isAnswered(shard, line, rules) && isFreeTo('review', shard, line),
  )
  const others = free.filter((line) => !hasAnswered(shard, line, worker))
  const best = largestBlock(others.length > 0 ? others : free)
  return best ? { ...best, purpose: 'review' } : nothingYet(shard, open)
}

/**
 * Finds lines to check, of those that others have labeled. Lines that may become such are those that the worker may get to
 * label as well, so that {@link findLabelRoom} says how long to wait for them.
 */
function findCheckRoom(shard: Shard, worker: string, rules: LineRules): Room {
  if (!rules.coverageCheck) return { kind: 'exhausted' }
  const asked: Pick<TaskLease, 'worker' | 'purpose'> = { worker, purpose: 'check' }
  const open = shardLines(shard).filter(
    (line) => needsCheck(shard, line, rules) && !hasAnswered(shard, line, worker) && !hasDone(shard, line, asked),
  )
  const best = largestBlock(open.filter((line) => isFreeTo('check', shard, line)))
  return best ? { ...best, purpose: 'check' } : nothingYet(shard, open)
}

/**
 * Says when to look again at a shard that has nothing to decide now. As long as anybody has a lease in it, a late answer may
 * change what seems to have ended. Pure.
 */
function nothingYet(shard: Shard, open: readonly number[]): Room {
  if (open.length > 0) return { kind: 'full', until: firstExpiry(shard, open) }
  if (shard.leases.length === 0) return { kind: 'exhausted' }
  return { kind: 'full', until: Math.min(...shard.leases.map(({ until }) => Date.parse(until))) }
}

/** Returns the block that has most of these lines, the first of several; undefined without lines. Pure. */
function largestBlock(lines: readonly number[]): Extract<Room, { kind: 'lines' }> | undefined {
  const blocks = [...Map.groupBy(lines, toBlock)].toSorted(([one], [other]) => one - other)
  const most = Math.max(0, ...blocks.map(([, own]) => own.length))
  const [block, own] = blocks.find(([, found]) => found.length === most) ?? []
  return block === undefined || own === undefined ? undefined : { kind: 'lines', block, lines: own }
}

/** When the first lease on one of these lines expires. */
function firstExpiry({ leases }: Shard, lines: readonly number[]): number {
  const relevant = leases.filter((lease) => lease.lines.some((line) => lines.includes(line)))
  return Math.min(...relevant.map(({ until }) => Date.parse(until)))
}

/** Whether any worker could get a line now. Pure. */
export const hasRoom = (shard: Shard, rules: LineRules): boolean => findRoom(shard, ANYBODY, rules).kind === 'lines'

/** A reviewer who has answered nothing: gets every line that anybody could get. */
export const ANYBODY: Asker = { worker: '', role: 'review' }

/** Returns the numbers of the lines of a block. Pure. */
export const blockLines = (shard: Pick<Shard, 'firstLine' | 'lines'>, block: number): number[] =>
  shardLines(shard).slice(block * BLOCK_LINES, (block + 1) * BLOCK_LINES)
