import type { DrainOptions } from '../support/world/drain.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { Call, Fault, World } from '../support/world/world.ts'

/** Work that is disturbed, each time on a copy of the same world. */
export interface Scenario {
  readonly name: string
  /** Where it begins; made once. */
  world(): Promise<World>
  /** Repeats what it was told to do when that fails, as callers and queues do, until all is at rest. */
  work(ports: MemoryPorts, options: DrainOptions): Promise<void>
  /** What is wrong in the end, however it went; nothing, as it should be. */
  wrong(ports: MemoryPorts, before: World): readonly string[]
  /** What keeps the work from being done. */
  notDone(ports: MemoryPorts): readonly string[]
  /** What fails all the time, whatever else does; `givingUp` while a message that kept failing is given up. */
  standing?(call: Call, givingUp: boolean): Fault
}

/** Makes scenarios of which the same may be wrong in the end. */
export const scenariosWith =
  (wrong: Scenario['wrong']) =>
  (
    name: string,
    world: () => Promise<World>,
    work: Scenario['work'],
    notDone: Scenario['notDone'],
    standing: NonNullable<Scenario['standing']> = () => undefined,
  ): Scenario => ({ name, world, work, standing, notDone, wrong })
