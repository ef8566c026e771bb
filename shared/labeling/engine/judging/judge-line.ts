import type { ClassBox } from '../consolidation/boxes.ts'
import { consolidateBoxes } from '../consolidation/consolidate-boxes.ts'
import type { Habits } from '../consolidation/habits.ts'
import { mergeVerdicts } from '../consolidation/merge-verdicts.ts'
import { DEFAULT_SETTINGS, type Skills } from '../consolidation/settings.ts'
import { isLabeled, type LineRules } from '../line-rules.ts'
import { compareDrawn, isInformative, scoreVerdicts } from '../opinions/compare-workers.ts'
import { isLabel, type Opinion } from '../opinions/opinion.ts'
import type { Work } from '../work.ts'
import { isSettled } from './is-settled.ts'

/** What is known of a line when its opinions are compared. */
export interface Judgment {
  readonly isSettled: boolean
  /** Whether a reviewer is needed, if no other opinion comes; in a job that has reviewers. */
  readonly isDisputed: boolean
  /**
   * How well each worker agrees with the others, 0 to 1, by pseudonym. Without those who could not label the image, and
   * empty while there are two who differ: nobody can say which of them is wrong.
   */
  readonly agreement: ReadonlyMap<string, number>
  /** How well each worker agrees with what is known, 0 to 1, by pseudonym. */
  readonly gold: ReadonlyMap<string, number>
  /** How each worker has drawn, in comparison with what is known, or else with the others, by pseudonym. */
  readonly habits: ReadonlyMap<string, Habits>
}

/** Compares the opinions on a line, with each other and with what is known. Pure. @param truth undefined where nothing is */
export function judgeLine(
  opinions: readonly Opinion[],
  { mode, stopWhen, review }: Pick<Work, 'mode'> & Pick<LineRules, 'stopWhen' | 'review'>,
  skills: Skills,
  truth: readonly ClassBox[] | undefined,
): Judgment {
  const labels = opinions.filter(isLabel)
  const isCompared = !truth && isInformative(labels)
  return {
    isSettled: stopWhen !== undefined && isSettled(opinions, stopWhen),
    isDisputed:
      review === 'disputes' && isLabeled(labels.length, { opinions: opinions.length }) && differ(labels, mode, skills),
    ...(mode === 'verify'
      ? { agreement: isCompared ? scoreVerdicts(labels) : NOTHING, gold: NOTHING, habits: NOTHING }
      : compareDrawn(labels, skills, truth, isCompared)),
  }
}

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>()

/** Of a line on which there is nothing to compare. */
export const NO_JUDGMENT: Judgment = {
  isSettled: false,
  isDisputed: false,
  agreement: NOTHING,
  gold: NOTHING,
  habits: NOTHING,
}

function differ(labels: readonly Opinion[], mode: Work['mode'], skills: Skills): boolean {
  if (mode === 'verify') return mergeVerdicts(labels.map(toVerdict), skills).isDisputed
  const { disputes, leftOut } = consolidateBoxes(labels, skills, DEFAULT_SETTINGS, undefined)
  return disputes.length > 0 || leftOut !== undefined
}

const toVerdict = ({ worker, verdict = '' }: Opinion) => ({ worker, verdict })
