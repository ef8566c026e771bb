import { randomFrom } from '../../../local/seeded-random.ts'
import type { World } from '../world/world.ts'

/** Returns options for `drain`: messages in random order, each delivered several times, some copies much later. */
export function shuffled(seed: number, times = 2) {
  const random = randomFrom(seed)
  return { times, pick: (visible: number) => random.between(0, visible) }
}

/** Delays every call of a world by a random number of turns, so that concurrent work interleaves. */
export function pauseRandomly(world: World, seed: number): void {
  const random = randomFrom(seed)
  world.pause = async () => {
    for (let turns = random.between(0, 6); turns > 0; turns--) await Promise.resolve()
  }
}
