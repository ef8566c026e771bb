import type { Random } from './random.ts'

/** What may go wrong with a request on its way. Behind `-after` the request was carried out, and nobody is told. */
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

/** What a fault depends on. */
export interface Disturbable {
  readonly method: string
  readonly isConditional: boolean
}

/** When requests are disturbed, and how many of them: mostly few, in a storm so many that work is given up. */
const CALM = 0.04
const STORM = 0.45
const STORM_EVERY_MILLISECONDS = 12_000
const STORM_MILLISECONDS = 2500

const SELDOM: readonly FaultKind[] = ['internal-error-after', 'dropped-after']

/** Decides which request meets which fault. */
export function faultPlan(random: Random, now: () => number): (request: Disturbable) => FaultKind | undefined {
  const begun = now()
  return ({ method, isConditional }) => {
    const at = (now() - begun) % STORM_EVERY_MILLISECONDS
    const isStorm = at > STORM_EVERY_MILLISECONDS - STORM_MILLISECONDS
    const [chance, kind] = [random.next(), random.pick([...FAULTS])]
    if (chance >= (isStorm ? STORM : CALM)) return undefined
    if (kind === 'conflict' && !isConditional) return 'slow-down'
    if (kind === 'cut-body' && method !== 'GET') return SELDOM[random.between(0, SELDOM.length)]
    return kind
  }
}
