import { agreeInFull } from '../consolidation/agreement.ts'
import type { Opinion } from './opinion.ts'

/** Overlap from which two workers agree about a box. */
const AGREE_AT = 0.85

/**
 * Whether the opinions on an image say anything about the workers who have them: three or more do, and two that agree. Of two
 * who differ, nobody knows which one is wrong. Pure.
 */
export function canTell(labels: readonly Pick<Opinion, 'verdict' | 'boxes'>[]): boolean {
  const [one, other] = labels
  if (!one || !other || labels.length > 2) return labels.length > 2
  return one.verdict === other.verdict && agreeInFull(one.boxes, other.boxes, AGREE_AT)
}

/** Returns for each of several workers which share of the others gave the same verdict. Pure. */
export const scoreVerdicts = (labels: readonly Pick<Opinion, 'worker' | 'verdict'>[]): ReadonlyMap<string, number> =>
  new Map(
    labels.map(({ worker, verdict }) => {
      const others = labels.filter((other) => other.worker !== worker)
      return [worker, others.filter((other) => other.verdict === verdict).length / others.length]
    }),
  )
