import type { DrainOptions } from '../broker/drain.ts'
import type { Call, Fault } from '../world/call.ts'
import type { MemoryPorts } from '../world/ports.ts'
import type { World } from '../world/world.ts'

/** Work that is repeated on copies of one world, each time with another fault. */
export interface Scenario {
  readonly name: string
  /** Builds the world in which the work begins; called once. */
  world(): Promise<World>
  /** Does the work and retries what fails, as callers and queues do, until all queues are empty. */
  work(ports: MemoryPorts, options: DrainOptions): Promise<void>
  /** Lists violated invariants: what must never be, whether the work succeeded or not. */
  wrong(ports: MemoryPorts, before: World): readonly string[]
  /** Lists what is missing for the work to be done. */
  notDone(ports: MemoryPorts): readonly string[]
  /** Makes calls fail permanently, in addition to the injected fault; `isDeadLetter` during dead-letter deliveries. */
  persistentFault?(call: Call, isDeadLetter: boolean): Fault
}

/** Returns a factory of scenarios that share their invariants. */
export const scenariosWith =
  (wrong: Scenario['wrong']) =>
  (
    name: string,
    world: () => Promise<World>,
    work: Scenario['work'],
    notDone: Scenario['notDone'],
    persistentFault: NonNullable<Scenario['persistentFault']> = () => undefined,
  ): Scenario => ({ name, world, work, persistentFault, notDone, wrong })
