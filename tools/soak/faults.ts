import type { Random } from '../../local/seeded-random.ts'

/** The faults to inject into requests. With the suffix `-after`, the request is executed but its response is lost. */
export const FAULTS = [
  'slow-down',
  'internal-error',
  'internal-error-after',
  'conflict',
  'dropped',
  'dropped-after',
  'cut-body',
  'delayed',
] as const
export type FaultKind = (typeof FAULTS)[number]

/** The properties of a request that its faults depend on. */
export interface FaultTarget {
  readonly method: string
  readonly isConditional: boolean
}

/** Fault rates. Mostly calm, with periodic storms in which messages move to the dead-letter queue. */
const CALM_RATE = 0.04
const STORM_RATE = 0.45
const STORM_PERIOD_MILLISECONDS = 12_000
const STORM_MILLISECONDS = 2500

const FAULTS_AFTER_REQUEST: readonly FaultKind[] = ['internal-error-after', 'dropped-after']

/** Creates a function that chooses the fault of each request. */
export function createFaultPlan(random: Random, now: () => number): (request: FaultTarget) => FaultKind | undefined {
  const startedAt = now()
  return ({ method, isConditional }) => {
    const at = (now() - startedAt) % STORM_PERIOD_MILLISECONDS
    const isStorm = at > STORM_PERIOD_MILLISECONDS - STORM_MILLISECONDS
    const [chance, kind] = [random.next(), random.pick([...FAULTS])]
    if (chance >= (isStorm ? STORM_RATE : CALM_RATE)) return undefined
    if (kind === 'conflict' && !isConditional) return 'slow-down'
    if (kind === 'cut-body' && method !== 'GET')
      return FAULTS_AFTER_REQUEST[random.between(0, FAULTS_AFTER_REQUEST.length)]
    return kind
  }
}
