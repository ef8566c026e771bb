import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import { BATCH_SCENARIOS } from '../faults/batch-scenarios.ts'
import { IMPORT_SCENARIOS } from '../faults/import-scenarios.ts'
import { RUN_SCENARIOS } from '../faults/run-scenarios.ts'
import type { Scenario } from '../faults/scenario.ts'
import { sameWorld } from '../support/fixtures/pets.ts'
import { type DrainOptions, drain } from '../support/world/drain.ts'
import { memoryPorts } from '../support/world/ports.ts'
import type { Call } from '../support/world/world.ts'

const down = new AppError('upstream-failed', 'SlowDown (503).')
const OF_BATCHES = [...BATCH_SCENARIOS, ...RUN_SCENARIOS].filter(({ name }) =>
  /^(choosing|copying|running to)/.test(name),
)
const OF_IMPORTS = IMPORT_SCENARIOS.filter(({ name }) => /^importing( anew)?$/.test(name))

const nameOf = ({ port, method, key }: Call) => `${port}.${method} ${key}`

/**
 * Does the work while one kind of call fails all the time, for each kind in turn, and then once more where that is
 * needed. @param mostGiveUps how often giving up a message may fail until all works again
 */
async function withoutEach(
  { world, work, wrong: wrongIn, notDone }: Scenario,
  mostGiveUps: number,
  options: DrainOptions = {},
): Promise<string[]> {
  const before = await world()
  const whole = memoryPorts({ world: sameWorld(before) })
  await work(whole, {})
  const wrong: string[] = []
  for (const name of new Set(whole.world.calls.map(nameOf))) {
    const ports = memoryPorts({ world: sameWorld(before) })
    let giveUps = 0
    ports.world.fault = (call) => (nameOf(call) === name && giveUps <= mostGiveUps ? down : undefined)
    const look = (givingUp: boolean) => {
      if (givingUp) giveUps += 1
    }
    // The caller who is refused gives up too, for now.
    await work(ports, { receives: 2, before: look, ...options }).catch(() => undefined)
    ports.world.fault = () => undefined
    await drain(ports)
    const left = () => [...wrongIn(ports, before), ...notDone(ports)]
    if (left().length > 0) await work(ports, {})
    wrong.push(...left().map((what) => `${name}: ${what}`))
  }
  return wrong
}

describe('where one call keeps failing', () => {
  it.each([...OF_BATCHES, ...OF_IMPORTS])(
    'until its message is given up, $name goes well when asked for again',
    async (scenario) => {
      expect(await withoutEach(scenario, 0)).toEqual([])
    },
  )
  it.each([...OF_BATCHES, ...OF_IMPORTS])(
    'until giving up has failed too, $name goes well when asked for again',
    async (scenario) => {
      expect(await withoutEach(scenario, 2)).toEqual([])
    },
  )
  it.each(OF_BATCHES)(
    'until nothing is left of its message, $name goes well when asked for again',
    async (scenario) => {
      expect(await withoutEach(scenario, Number.POSITIVE_INFINITY, { giveUps: 2 })).toEqual([])
    },
  )
})
