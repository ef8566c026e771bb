import type { MemoryPorts } from '../world/ports.ts'
import type { World } from '../world/world.ts'
import { describeCall, disturbEachCall } from './disturb-each-call.ts'

/**
 * Does the same work on copies of a world and crashes once: before, then after each of its calls.
 *
 * @param work retries after a crash, as callers and queues do
 * @param check asserts on the outcome; `where` names the crash for the assertion's message
 * @returns how many calls the work makes
 * @throws Error with the first violations, if `work` or `check` threw
 */
export async function crashAtEachCall(
  world: World,
  work: (ports: MemoryPorts) => Promise<void>,
  check: (ports: MemoryPorts, where: string) => Promise<void>,
): Promise<number> {
  let calls = 0
  for (const side of ['before', 'after'] as const) {
    let where = 'no crash'
    const disturbable = {
      world: async () => world,
      work,
      check: async (ports: MemoryPorts) => {
        await check(ports, where)
        return []
      },
    }
    const { faults, wrong } = await disturbEachCall(
      disturbable,
      () => true,
      ({ world: disturbed }, at) => {
        disturbed.fault = (call, number) => {
          if (number !== at) return undefined
          where = `${side} ${describeCall(call, number)}`
          return side
        }
      },
    )
    if (wrong.length > 0) throw new Error(wrong.slice(0, 3).join('\n\n'))
    calls = faults
  }
  return calls
}
