import { compareText } from './boxes.ts'
import { readSkill, type Skills } from './settings.ts'
import { countVotes } from './votes.ts'
import { toHundredths } from './weights.ts'

export interface VerdictOpinion {
  /** The worker's pseudonym. */
  readonly worker: string
  readonly verdict: string
}

/** The verdict that has the most weight. */
export interface MergedVerdict {
  readonly verdict: string
  /** Weighted share of the workers who gave it, 0 to 1, rounded to hundredths. */
  readonly confidence: number
  /** Whether it leads by less than a third of the weight. */
  readonly isDisputed: boolean
}

/**
 * Returns the verdict with the most weight. Of several with equal weight, that of the smallest worker id: the order of
 * opinions changes nothing. Pure.
 * @param opinions one for each worker, at least one
 */
export function mergeVerdicts(opinions: readonly VerdictOpinion[], skills: Skills): MergedVerdict {
  const votes = opinions
    .toSorted((one, other) => compareText(one.worker, other.worker))
    .map(({ worker, verdict }) => ({ worker, weight: readSkill(skills, worker), choice: verdict }))
  const { choice, share, isDisputed } = countVotes(votes)
  return { verdict: choice, confidence: toHundredths(share), isDisputed }
}
