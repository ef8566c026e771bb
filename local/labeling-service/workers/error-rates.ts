/** Error rates of the simulated workers, 0 to 1. */
export interface WorkerErrorRates {
  /** Maximum offset of a box edge as a share of the box. Defaults to 0.02. */
  readonly jitter: number
  /** Share of known boxes that a worker does not draw. Defaults to 0.02. */
  readonly missedBoxes: number
  /** Share of answers with a box around nothing. Defaults to 0.01. */
  readonly extraBoxes: number
  /** Share of boxes with a wrong label, and of wrong verdicts. Defaults to 0.01. */
  readonly wrongClass: number
  /** Share of tasks that a worker declines. An object that all workers decline expires. Defaults to 0.02. */
  readonly declines: number
  /** Share of objects that no worker accepts within TaskAvailabilityLifetimeInSeconds. Defaults to 0.005. */
  readonly expired: number
  /** Share of objects whose answers cannot be consolidated. Defaults to 0.005. */
  readonly failed: number
}

const DEFAULT_ERROR_RATES: WorkerErrorRates = {
  jitter: 0.02,
  missedBoxes: 0.02,
  extraBoxes: 0.01,
  wrongClass: 0.01,
  declines: 0.02,
  expired: 0.005,
  failed: 0.005,
}

/** Completes error rates with the defaults. @throws RangeError for a rate outside 0 to 1 */
export function withDefaultErrorRates(rates: Partial<WorkerErrorRates>): WorkerErrorRates {
  const errorRates = { ...DEFAULT_ERROR_RATES, ...rates }
  for (const [name, share] of Object.entries(errorRates))
    if (!(share >= 0 && share <= 1)) throw new RangeError(`workers.${name} must be 0 to 1, not ${share}`)
  return errorRates
}
