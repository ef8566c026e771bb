import type { CountedAnswer } from './shard.ts'

/** What a line needs: so many opinions. */
export interface LineRules {
  readonly workersPerObject: number
}

/** The answers of a line that count, by what they are worth. */
export interface Tally {
  /** Answers that say something about the image. A worker who declines has no opinion. */
  readonly opinions: number
  readonly declined: number
}

/** Pure. */
export function tally(answers: readonly Pick<CountedAnswer, 'noLabel'>[]): Tally {
  const declined = answers.filter(({ noLabel }) => noLabel === 'declined').length
  return { opinions: answers.length - declined, declined }
}

/**
 * Whether nobody is asked for a line any more: it has all its opinions, or as many workers as it needs have declined it. A
 * line that has ended stays so. Pure.
 */
export const hasAllAnswers = ({ opinions, declined }: Tally, { workersPerObject }: LineRules): boolean =>
  opinions >= workersPerObject || declined >= workersPerObject

/** Whether a line gets a label: unless it has none, or most opinions are that there can be none. Pure. */
export const isLabeled = (labels: number, { opinions }: Pick<Tally, 'opinions'>): boolean =>
  labels > 0 && 2 * labels >= opinions
