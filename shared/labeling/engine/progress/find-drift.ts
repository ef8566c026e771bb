import { addSums, NO_SCORES } from '../consolidation/skills.ts'
import type { WorkerScore } from '../worker-scores.ts'

/** A mean of fewer answers says little. */
const MIN_JUDGED = 20
/** Share of the answers that counts as the latest. */
const LATEST_SHARE = 0.25

/**
 * Returns by how much the latest scores of a worker are above the earlier ones, -1 to 1; below 0 for somebody who gets worse.
 * The latest are a quarter of all, rounded to whole hours, but at least 20. Undefined where either are fewer than 20. Pure.
 */
export function findDrift({ agreementByHour }: Pick<WorkerScore, 'agreementByHour'>): number | undefined {
  const hours = Object.entries(agreementByHour).toSorted(([one], [other]) => Number(other) - Number(one))
  const all = addSums(hours.map(([, sum]) => sum))
  const wanted = Math.max(MIN_JUDGED, LATEST_SHARE * all.judged)
  let latest = NO_SCORES
  for (const [, sum] of hours) if (latest.judged < wanted) latest = addSums([latest, sum])
  const earlier = { judged: all.judged - latest.judged, sum: all.sum - latest.sum }
  if (latest.judged < MIN_JUDGED || earlier.judged < MIN_JUDGED) return undefined
  return latest.sum / latest.judged - earlier.sum / earlier.judged
}
