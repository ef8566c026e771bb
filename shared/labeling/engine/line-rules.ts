import type { Review } from '../../contracts/labeling-job-request.ts'
import { countedAnswers, countedReviews, type Shard } from './shard.ts'

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
 * have declined it. A line that has all its answers stays so. Pure.
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

/** Whether a line waits for a reviewer: its opinions differ, and nobody has decided. Pure. */
export const needsReview = (
  shard: Pick<Shard, 'disputed' | 'reviews'>,
  line: number,
  { review }: Pick<LineRules, 'review'>,
): boolean =>
  review === 'disputes' &&
  (shard.disputed?.includes(line) ?? false) &&
  countedReviews(shard, line).every(({ noLabel }) => noLabel === 'declined')

/** Returns the lines of a shard that have all their opinions and wait for a reviewer. Pure. */
export const undecidedLines = (
  shard: Pick<Shard, 'answers' | 'settled' | 'disputed' | 'reviews'>,
  rules: LineRules,
): readonly number[] =>
  (shard.disputed ?? []).filter((line) => needsReview(shard, line, rules) && hasAllAnswers(tally(shard, line), rules))

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
