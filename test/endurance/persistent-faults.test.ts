import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import { BATCH_SCENARIOS } from '../faults/batch-scenarios.ts'
import { IMPORT_SCENARIOS } from '../faults/import-scenarios.ts'
import { RUN_SCENARIOS } from '../faults/run-scenarios.ts'
import { LABELING_ANYWAY } from '../faults/serving-scenarios.ts'
import { WORKER_SCENARIOS } from '../faults/worker-scenarios.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import type { Scenario } from '../support/crash/scenario.ts'
import type { Call } from '../support/world/call.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { copyWorld } from '../support/world/world.ts'

const down = new AppError('upstream-failed', 'SlowDown (503).')
const BATCHES = [...BATCH_SCENARIOS, ...RUN_SCENARIOS].filter(({ name }) =>
  /^(selecting|copying|running to)/.test(name),
)
const IMPORTS = IMPORT_SCENARIOS.filter(({ name }) => /^importing( again)?$/.test(name))

/** The links of workers have random names. */
const describeKind = ({ port, method, key }: Call) => `${port}.${method} ${key.replace(/[0-9a-f]{64}/, '<hash>')}`

/**
 * Does the work while one kind of call always fails, for each kind in turn. Then the call works again, and the work is
 * requested again if anything is missing.
 *
 * @param maxDeadLetterFailures after how many dead-letter deliveries the call works again
 */
async function failEachKindOfCall(
  { world, work, wrong: wrongIn, notDone }: Scenario,
  maxDeadLetterFailures: number,
  options: DrainOptions = {},
): Promise<string[]> {
  const before = await world()
  const undisturbed = memoryPorts({ world: copyWorld(before) })
  await work(undisturbed, {})
  const wrong: string[] = []
  for (const name of new Set(undisturbed.world.calls.map(describeKind))) {
    const ports = memoryPorts({ world: copyWorld(before) })
    let deadLetters = 0
    ports.world.fault = (call) =>
      describeKind(call) === name && deadLetters <= maxDeadLetterFailures ? down : undefined
    const count = (isDeadLetter: boolean) => {
      if (isDeadLetter) deadLetters += 1
    }
    // A caller whose request fails stops for now.
    await work(ports, { receives: 2, before: count, ...options }).catch(() => undefined)
    ports.world.fault = () => undefined
    await drain(ports)
    const missing = () => [...wrongIn(ports, before), ...notDone(ports)]
    if (missing().length > 0) await work(ports, {})
    wrong.push(...missing().map((what) => `${name}: ${what}`))
  }
  return wrong
}

describe('when one kind of call always fails', () => {
  it.each([...BATCHES, ...IMPORTS, ...LABELING_ANYWAY])(
    '$name succeeds when requested again after the message was dead-lettered',
    async (scenario) => {
      expect(await failEachKindOfCall(scenario, 0)).toEqual([])
    },
  )
  it.each([...BATCHES, ...IMPORTS, ...LABELING_ANYWAY])(
    '$name succeeds when requested again after the dead-letter consumer failed too',
    async (scenario) => {
      expect(await failEachKindOfCall(scenario, 2)).toEqual([])
    },
  )
  it.each(WORKER_SCENARIOS)('$name succeeds when requested again', async (scenario) => {
    expect(await failEachKindOfCall(scenario, 0)).toEqual([])
  })
  it.each(BATCHES)('$name succeeds when requested again after the message was lost', async (scenario) => {
    expect(await failEachKindOfCall(scenario, Number.POSITIVE_INFINITY, { deadLetterReceives: 2 })).toEqual([])
  })
})
