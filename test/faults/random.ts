import { randomFrom } from '../../local/seeded-random.ts'
import type { World } from '../support/world/world.ts'

/** For `drain`: messages in an order of chance, each so often; of the doubled ones some come much later. */
export function shuffled(seed: number, times = 2) {
  const random = randomFrom(seed)
  return { times, pick: (waiting: number) => random.between(0, waiting) }
}

/** Lets every call of a world take a time of chance, so that those who work at once come between one another. */
export function unevenly(world: World, seed: number): void {
  const random = randomFrom(seed)
  world.pause = async () => {
    for (let turns = random.between(0, 6); turns > 0; turns--) await Promise.resolve()
  }
}
