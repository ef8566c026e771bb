import { consolidateBoxes, type DrawnOpinion } from '../consolidation/consolidate-boxes.ts'
import { mergeVerdicts } from '../consolidation/merge-verdicts.ts'
import { scoreOpinions } from '../consolidation/score.ts'
import { DEFAULT_SETTINGS, type Skills } from '../consolidation/settings.ts'
import { isLabeled, type LineRules } from '../line-rules.ts'
import { canTell, scoreVerdicts } from '../opinions/compare-workers.ts'
import type { Opinion } from '../opinions/opinion.ts'
import type { Work } from '../work.ts'
import { isSettled } from './settle.ts'

/** What is known of a line when its opinions are compared. */
export interface Judgment {
  readonly isSettled: boolean
  /** Whether a reviewer is needed, if no other opinion comes. */
  readonly isDisputed: boolean
  /**
   * How well each worker agrees with the others, 0 to 1, by pseudonym. Without those who could not label the image, and
   * empty while there are two who differ: nobody can say which of them is wrong.
   */
  readonly agreement: ReadonlyMap<string, number>
}

/** Compares the opinions on a line. Pure. @param opinions at least two */
export function judgeLine(
  opinions: readonly Opinion[],
  { mode, stopWhen }: Pick<Work, 'mode'> & Pick<LineRules, 'stopWhen'>,
  skills: Skills,
): Judgment {
  const labels = opinions.filter(({ answer }) => answer === 'boxes' || answer === 'verdict')
  const hasEnough = stopWhen !== undefined && isSettled(opinions, stopWhen)
  return {
    isSettled: hasEnough,
    isDisputed: isLabeled(labels.length, { opinions: opinions.length }) && differ(labels, mode, skills),
    agreement: canTell(labels) ? scoreLabels(labels, mode, skills) : new Map(),
  }
}

function differ(labels: readonly Opinion[], mode: Work['mode'], skills: Skills): boolean {
  if (mode === 'verify') return mergeVerdicts(labels.map(toVerdict), skills).isDisputed
  return consolidateBoxes(labels.map(toDrawn), skills, DEFAULT_SETTINGS, undefined).disputes.length > 0
}

function scoreLabels(labels: readonly Opinion[], mode: Work['mode'], skills: Skills): ReadonlyMap<string, number> {
  if (mode === 'verify') return scoreVerdicts(labels)
  return scoreOpinions(labels.map(toDrawn), skills, DEFAULT_SETTINGS, undefined) ?? new Map()
}

const toVerdict = ({ worker, verdict = '' }: Opinion) => ({ worker, verdict })
const toDrawn = ({ worker, boxes }: Opinion): DrawnOpinion => ({ worker, boxes })
