import { describe, expect, it } from '@jest/globals'
import { BATCH_SCENARIOS } from '../faults/batch-scenarios.ts'
import { CHECKING_SCENARIOS } from '../faults/checking-scenarios.ts'
import { CONSOLIDATION_SCENARIOS } from '../faults/consolidation-scenarios.ts'
import { DAMAGED_SHARD_SCENARIOS } from '../faults/damaged-shard-scenarios.ts'
import { IMPORT_SCENARIOS } from '../faults/import-scenarios.ts'
import { LABELING_SCENARIOS } from '../faults/labeling-scenarios.ts'
import { OWN_LABELING_SCENARIOS } from '../faults/own-labeling-scenarios.ts'
import { RESULT_SCENARIOS } from '../faults/result-scenarios.ts'
import { RUN_SCENARIOS } from '../faults/run-scenarios.ts'
import { SERVING_SCENARIOS } from '../faults/serving-scenarios.ts'
import { TEST_IMAGE_SCENARIOS } from '../faults/test-image-scenarios.ts'
import { WEBHOOK_SCENARIOS } from '../faults/webhook-scenarios.ts'
import { faultAtEachCall } from '../support/crash/fault-at-each-call.ts'
import { crashAfterWrite, FAULTS, type NamedFault } from '../support/crash/faults.ts'
import { shuffled } from '../support/crash/random.ts'
import type { Scenario } from '../support/crash/scenario.ts'

const ALL = [
  ...BATCH_SCENARIOS,
  ...CONSOLIDATION_SCENARIOS,
  ...CHECKING_SCENARIOS,
  ...DAMAGED_SHARD_SCENARIOS,
  ...IMPORT_SCENARIOS,
  ...LABELING_SCENARIOS,
  ...OWN_LABELING_SCENARIOS,
  ...RESULT_SCENARIOS,
  ...RUN_SCENARIOS,
  ...SERVING_SCENARIOS,
  ...TEST_IMAGE_SCENARIOS,
  ...WEBHOOK_SCENARIOS,
]

/** Scenarios that are composed of the others, or are variants of them. */
const SECONDARY =
  /^(cancelling|copying what|dead-lettering|disabling|extending|importing (again|invalid)|removing|running|changing|renewing|labeling (block|through|what|with))| that (goes|is refused)$/

/** These scenarios meet every fault. */
const MAIN = ALL.filter(({ name }) => !SECONDARY.test(name))

/** The other scenarios skip the first fault, because a crash before a call equals one after the call before it. */
const SECONDARY_FAULTS = FAULTS.slice(1, 3)

/** A worker's call also goes on after one that fails: these scenarios skip nothing but the first fault. */
const faultsFor = (scenario: Scenario): readonly NamedFault[] => {
  if (MAIN.includes(scenario)) return FAULTS
  return [...SERVING_SCENARIOS, ...CHECKING_SCENARIOS].includes(scenario) ? FAULTS.slice(1) : SECONDARY_FAULTS
}

describe.each(ALL)('$name', (scenario) => {
  it.each(faultsFor(scenario))(
    'loses nothing and does nothing twice, with %s, at each call in turn',
    async (_, fault) => {
      const { faults, wrong } = await faultAtEachCall(scenario, fault)
      expect(wrong).toEqual([])
      expect(faults).toBeGreaterThan(0)
    },
  )
})

describe.each(MAIN)('$name, with duplicate messages in random order', (scenario) => {
  it('loses nothing and does nothing twice, with a crash after each call in turn', async () => {
    let seed = 0
    expect((await faultAtEachCall(scenario, crashAfterWrite, () => shuffled(seed++))).wrong).toEqual([])
  })
})
