import { setTimeout as sleep } from 'node:timers/promises'
import type { Call } from './call.ts'
import type { World } from './world.ts'

/** Makes calls take 20 ms. @returns a function that counts the slow calls that are running */
export function slowDown(world: World, isSlow: (call: Call) => boolean): () => number {
  let running = 0
  world.pause = async (call) => {
    if (!isSlow(call)) return
    running += 1
    await sleep(20)
    running -= 1
  }
  return () => running
}
