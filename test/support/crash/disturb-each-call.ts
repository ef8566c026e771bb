import type { DrainOptions } from '../broker/drain.ts'
import type { Call } from '../world/call.ts'
import { type MemoryPorts, memoryPorts } from '../world/ports.ts'
import { copyWorld, type World } from '../world/world.ts'
import type { Scenario } from './scenario.ts'

/** Work to disturb, and a check of its outcome. */
export interface Disturbable extends Pick<Scenario, 'world' | 'work' | 'persistentFault'> {
  check(ports: MemoryPorts, before: World): Promise<readonly string[]>
}

/** At how many calls the work was disturbed, and what was wrong in the end, with the call before each message. */
export interface Outcome {
  readonly faults: number
  readonly wrong: readonly string[]
}

/** Names a call in a message: `call 7, objects.put data/b/batch.json`. */
export const describeCall = ({ port, method, key }: Call, number: number): string =>
  `call ${number}, ${port}.${method} ${key}`

/**
 * Does the work undisturbed, then once for each of its calls, disturbed at that call. Every run starts from a copy of
 * the same world.
 *
 * @param applies whether there is a disturbance for a call
 * @param disturb arranges that the call with this number, counted from 1, is disturbed
 * @param delivery how messages are delivered, built anew for each run
 */
export async function disturbEachCall(
  { world, work, persistentFault, check }: Disturbable,
  applies: (call: Call) => boolean,
  disturb: (ports: MemoryPorts, at: number) => void,
  delivery: () => DrainOptions = () => ({}),
): Promise<Outcome> {
  const before = await world()
  const run = async (at?: number) => {
    const ports = memoryPorts({ world: copyWorld(before) })
    let isDeadLetter = false
    ports.world.fault = (call) => persistentFault?.(call, isDeadLetter)
    if (at !== undefined) disturb(ports, at)
    const onDelivery = (deadLetter: boolean) => {
      isDeadLetter = deadLetter
    }
    let calls: readonly Call[] = ports.world.calls
    try {
      await work(ports, { ...delivery(), before: onDelivery })
      // The check makes calls of its own, which are neither counted nor disturbed.
      calls = [...calls]
      ports.world.fault = () => undefined
      return { calls, wrong: await check(ports, before) }
    } catch (error) {
      return { calls, wrong: [error instanceof Error ? `${error.stack}` : `${error}`] }
    }
  }
  // The first run fills caches that outlive a world, so it makes calls that no later run makes.
  await run()
  const undisturbed = await run()
  const wrong = undisturbed.wrong.map((what) => `undisturbed: ${what}`)
  let faults = 0
  for (const [index, call] of undisturbed.calls.entries()) {
    // What sends no request, such as signing a link, neither fails nor hangs.
    if (call.requests === 0 || !applies(call)) continue
    faults += 1
    const where = describeCall(call, index + 1)
    wrong.push(...(await run(index + 1)).wrong.map((what) => `${where}: ${what}`))
  }
  return { faults, wrong }
}
