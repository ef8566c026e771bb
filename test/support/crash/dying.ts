import { sameWorld } from '../fixtures/pets.ts'
import { type MemoryPorts, memoryPorts } from '../world/ports.ts'
import type { World } from '../world/world.ts'

const MOST_CALLS = 1000

/**
 * Does the same work on copies of a world, and dies before, then after each call of a port in turn, until the work has
 * no call left to die at.
 * @param work repeats what it was told to do when that dies, as callers and queues do
 * @returns how many calls it died at
 */
export async function dyingAtEachCall(
  world: World,
  work: (ports: MemoryPorts) => Promise<void>,
  check: (ports: MemoryPorts, where: string) => Promise<void>,
): Promise<number> {
  for (let at = 1; at < MOST_CALLS; at++) {
    for (const side of ['before', 'after'] as const) {
      const ports = memoryPorts({ world: sameWorld(world) })
      let died = ''
      ports.world.fault = ({ port, method, key }, number) => {
        if (number !== at) return undefined
        died = `${side} call ${at}, ${port}.${method} ${key}`
        return side
      }
      await work(ports)
      if (died === '') return at - 1
      await check(ports, died)
    }
  }
  throw new Error(`the work has ${MOST_CALLS} calls and more`)
}

/** Tries until it does not die, as a caller would. */
export async function insisting<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries >= 3) throw error
    }
  }
}
