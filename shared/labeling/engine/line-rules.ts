import type { Review } from '../../contracts/labeling-job-request.ts'
import { type Counted, countedAnswers, countedChecks, countedReviews, type Shard } from './shard.ts'

/** When fewer workers than the most are enough. */
export interface StopRule {
  /** Workers that must agree in full: 2 to 9. */
  readonly workers: number
  /** Overlap (intersection over union) from which two boxes agree: 0.5 to 1. */
  readonly agreeAt: number
}

/** Fills in what a request leaves out. Pure. */
export const toStopRule = ({
  workers = 2,
  agreeAt = 0.85,
}: { readonly [Field in keyof StopRule]?: StopRule[Field] | undefined }): StopRule => ({ workers, agreeAt })

/** What a line needs. */
export interface LineRules {
  /** The most opinions. */
  readonly workersPerObject: number
  /** When fewer are enough; undefined where each line gets all of them. */
  readonly stopWhen?: StopRule | undefined
  /** Who decides where opinions differ. */
  readonly review?: Review | undefined
  /** Whether one more worker checks each label: does any object lack a box? */
  readonly coverageCheck?: boolean | undefined
}

/** The answers of a line that count, by what they are worth. */
export interface Tally {
  /** Answers that say something about the image. A worker who declines has no opinion. */
  readonly opinions: number
  readonly declined: number
  /** Whether so many of them agree that no other is needed. */
  readonly isSettled: boolean
}

/** Pure. */
export function tally(shard: Pick<Shard, 'answers' | 'settled'>, line: number): Tally {
  const answers = countedAnswers(shard, line)
  const declined = answers.filter(({ noLabel }) => noLabel === 'declined').length
  return { opinions: answers.length - declined, declined, isSettled: shard.settled?.includes(line) ?? false }
}

/**
 * Whether no worker is asked for an opinion any more: enough of them agree, there are as many as can be, or as many workers
 * have declined it. Pure.
 */
export const hasAllAnswers = (
  { opinions, declined, isSettled }: Tally,
  { workersPerObject }: Pick<LineRules, 'workersPerObject'>,
): boolean => isSettled || opinions >= workersPerObject || declined >= workersPerObject

/**
 * Returns how many opinions a line is to get, as far as that is known: those that must agree; where they do not, one more
 * at a time. Pure.
 */
export function wantedOpinions({ opinions, isSettled }: Tally, { workersPerObject, stopWhen }: LineRules): number {
  if (isSettled) return opinions
  return stopWhen ? Math.min(workersPerObject, Math.max(stopWhen.workers, opinions + 1)) : workersPerObject
}

/** What a shard knows of its lines. */
type Lines = Counted & Pick<Shard, 'settled' | 'disputed'>

/** Whether somebody who has checked a line says that an object lacks a box. Pure. */
const isIncomplete = (shard: Counted, line: number): boolean =>
  countedChecks(shard, line).some(({ noLabel }) => noLabel === 'incorrect')

/** Returns the lines whose opinions differ, and those on which an object lacks a box. Pure. */
export const disputedLines = (shard: Lines): readonly number[] => {
  const incomplete = Object.keys(shard.checks ?? {})
    .map(Number)
    .filter((line) => isIncomplete(shard, line))
  return [...new Set([...(shard.disputed ?? []), ...incomplete])]
}

const isDisputed = (shard: Lines, line: number): boolean =>
  (shard.disputed?.includes(line) ?? false) || isIncomplete(shard, line)

/** Whether a reviewer has decided on a line. Pure. */
const isReviewed = (shard: Counted, line: number): boolean =>
  countedReviews(shard, line).some(({ noLabel }) => noLabel !== 'declined')

/** Whether a line waits for a reviewer: it is disputed, and nobody has decided. Pure. */
export const needsReview = (shard: Lines, line: number, { review }: Pick<LineRules, 'review'>): boolean =>
  review === 'disputes' && isDisputed(shard, line) && !isReviewed(shard, line)

/** Returns the lines of a shard that have all their opinions and wait for a reviewer. Pure. */
export const undecidedLines = (shard: Lines, rules: LineRules): readonly number[] =>
  disputedLines(shard).filter((line) => needsReview(shard, line, rules) && hasAllAnswers(tally(shard, line), rules))

/**
 * Whether a line waits for somebody who checks it: it has all its opinions and gets a label, no reviewer decides on it, and
 * nobody has checked it yet. Pure.
 */
export function needsCheck(shard: Lines, line: number, rules: LineRules): boolean {
  if (!rules.coverageCheck || needsReview(shard, line, rules) || isReviewed(shard, line)) return false
  const counted = tally(shard, line)
  const labels = countedAnswers(shard, line).filter(({ noLabel }) => noLabel === undefined).length
  const isChecked = countedChecks(shard, line).some(({ noLabel }) => noLabel !== 'declined')
  return !isChecked && hasAllAnswers(counted, rules) && isLabeled(labels, counted)
}

/** Whether a shard has a line for reviewers now and had none before, in a job whose owner does not know that yet. Pure. */
export const isFirstDispute = (
  before: Shard,
  after: Shard,
  work: LineRules & { readonly disputedAt?: string | undefined },
): boolean =>
  work.disputedAt === undefined && undecidedLines(after, work).length > 0 && undecidedLines(before, work).length === 0

/** Whether a line gets a label: unless it has none, or most opinions are that there can be none. Pure. */
export const isLabeled = (labels: number, { opinions }: Pick<Tally, 'opinions'>): boolean =>
  labels > 0 && 2 * labels >= opinions
