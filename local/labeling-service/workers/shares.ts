/** What simulated workers do wrong, and how often. All are shares, 0 to 1. */
export interface WorkerShares {
  /** How far at most an edge of a box lies off, as a share of the box: 0.02. */
  readonly jitter: number
  /** Known boxes that a worker does not draw: 0.02. */
  readonly missedBoxes: number
  /** Answers with a box around nothing: 0.01. */
  readonly extraBoxes: number
  /** Boxes with another label than theirs, and verdicts that are wrong: 0.01. */
  readonly wrongClass: number
  /** Tasks that a worker declines: 0.02. An object that all workers decline expires. */
  readonly declines: number
  /** Objects that nobody takes before TaskAvailabilityLifetimeInSeconds is over: 0.005. */
  readonly expired: number
  /** Objects whose answers cannot be consolidated: 0.005. */
  readonly failed: number
}

const DEFAULT_SHARES: WorkerShares = {
  jitter: 0.02,
  missedBoxes: 0.02,
  extraBoxes: 0.01,
  wrongClass: 0.01,
  declines: 0.02,
  expired: 0.005,
  failed: 0.005,
}

/** These shares, and the usual ones where nothing is said. @throws RangeError for one outside 0 to 1 */
export function sharesOf(given: Partial<WorkerShares>): WorkerShares {
  const shares = { ...DEFAULT_SHARES, ...given }
  for (const [name, share] of Object.entries(shares))
    if (!(share >= 0 && share <= 1)) throw new RangeError(`workers.${name} is ${share}; it is a share from 0 to 1`)
  return shares
}
