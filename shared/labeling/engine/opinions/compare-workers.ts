import { agreeInFull } from '../consolidation/agreement.ts'
import type { ClassBox } from '../consolidation/boxes.ts'
import { comparableOpinions } from '../consolidation/comparable.ts'
import { findHabits, type Habits } from '../consolidation/habits.ts'
import { matchBoxes } from '../consolidation/match-boxes.ts'
import { consensusOfOthers, scorePairs } from '../consolidation/score.ts'
import { DEFAULT_SETTINGS, type Skills } from '../consolidation/settings.ts'
import { onlyKnown } from '../practice/score-known.ts'
import type { Opinion } from './opinion.ts'

/** Overlap from which two workers agree about a box. */
const AGREE_AT = 0.85

/**
 * Whether the opinions on an image say anything about the workers who have them: three or more do, and two that agree on
 * something. Of two who differ, nobody knows which one is wrong; and an empty answer is the easiest to give. Pure.
 */
export function isInformative(labels: readonly Pick<Opinion, 'worker' | 'verdict' | 'boxes'>[]): boolean {
  const [one, other] = labels
  if (!one || !other || labels.length > 2) return labels.length > 2
  if (comparableOpinions(labels).length < labels.length) return false
  const saysSomething = one.verdict !== undefined || one.boxes.length > 0
  return saysSomething && one.verdict === other.verdict && agreeInFull(one.boxes, other.boxes, AGREE_AT)
}

/** Returns for each of several workers which share of the others gave the same verdict. Pure. */
export const scoreVerdicts = (labels: readonly Pick<Opinion, 'worker' | 'verdict'>[]): ReadonlyMap<string, number> =>
  new Map(
    labels.map(({ worker, verdict }) => {
      const others = labels.filter((other) => other.worker !== worker)
      return [worker, others.filter((other) => other.verdict === verdict).length / others.length]
    }),
  )

/** How the workers of an image have drawn, each by pseudonym. */
export interface DrawnComparison {
  /** With the consensus of the others, 0 to 1; empty where that says nothing about anybody. */
  readonly agreement: ReadonlyMap<string, number>
  /** With what is known, 0 to 1; empty where nothing is. */
  readonly gold: ReadonlyMap<string, number>
  readonly habits: ReadonlyMap<string, Habits>
}

/**
 * Compares what workers drew with what is known, or else with the consensus of the others. Pure.
 * @param truth as `scoreKnown` has it
 * @param isCompared whether the opinions are {@link isInformative}, where nothing is known
 */
export function compareDrawn(
  labels: readonly Opinion[],
  skills: Skills,
  truth: readonly ClassBox[] | undefined,
  isCompared: boolean,
): DrawnComparison {
  const scores = new Map<string, number>()
  const habits = new Map<string, Habits>()
  for (const opinion of truth || isCompared ? labels : []) {
    // What is known says more than what others have drawn.
    const expected = truth ?? consensusOfOthers(labels, opinion, skills, DEFAULT_SETTINGS, undefined)
    const boxes = truth ? onlyKnown(opinion.boxes, truth) : opinion.boxes
    const pairs = matchBoxes(boxes, expected)
    scores.set(opinion.worker, scorePairs(pairs, boxes.length + expected.length))
    habits.set(opinion.worker, findHabits(boxes, expected, pairs))
  }
  return { agreement: truth ? new Map() : scores, gold: truth ? scores : new Map(), habits }
}
