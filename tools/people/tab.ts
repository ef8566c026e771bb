import type { Random } from '../../local/seeded-random.ts'
import type { PeopleClock } from './clock.ts'
import type { JobRules } from './draw.ts'
import type { KindName } from './kinds.ts'
import type { Ledger } from './ledger.ts'
import type { Truth } from './truth.ts'
import type { WorkerClient } from './worker-client.ts'

export interface Person {
  readonly name: string
  readonly kind: KindName
  readonly seed: number
}

/** What somebody works on, and with what. */
export interface Workplace extends JobRules {
  readonly job: string
  readonly client: WorkerClient
  readonly clock: PeopleClock
  readonly truth: Truth
  readonly ledger: Ledger
}

/** What somebody has done. */
export interface PersonReport {
  readonly name: string
  readonly kind: KindName
  /** `done` when the API said so, `left` for good, `stuck`, or the code of the refusal after which nothing was possible. */
  ended: string
  blocks: number
  acknowledged: number
  counted: number
  /** Refused answers by code. */
  readonly refused: Record<string, number>
  /** Calls of `next` that told to wait. */
  waits: number
  /** Calls that came earlier than the API had allowed. Must be 0. */
  early: number
}

/** A browser tab in which somebody works. */
export interface Tab {
  readonly person: Person
  readonly place: Workplace
  readonly report: PersonReport
  readonly random: Random
  /** How far the clock of the computer is off. */
  clockHours: number
}
