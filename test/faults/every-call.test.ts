import { describe, expect, it } from '@jest/globals'
import { atEachCall, diesAfter, FAULTS } from '../support/crash/each-call.ts'
import { BATCH_SCENARIOS } from './batch-scenarios.ts'
import { IMPORT_SCENARIOS } from './import-scenarios.ts'
import { LABELING_SCENARIOS } from './labeling-scenarios.ts'
import { shuffled } from './random.ts'
import { RUN_SCENARIOS } from './run-scenarios.ts'
import { TEST_IMAGE_SCENARIOS } from './test-image-scenarios.ts'
import { WEBHOOK_SCENARIOS } from './webhook-scenarios.ts'

const ALL = [
  ...BATCH_SCENARIOS,
  ...IMPORT_SCENARIOS,
  ...LABELING_SCENARIOS,
  ...RUN_SCENARIOS,
  ...TEST_IMAGE_SCENARIOS,
  ...WEBHOOK_SCENARIOS,
]
/** What the others are made of: these meet every fault. */
const MAIN = ALL.filter(({ name }) =>
  /^(choosing|copying$|deleting|fetching|forgetting|importing$|creating a labeling job$|telling)/.test(name),
)

/** Who dies before a call has died after the one before it. */
const OTHERS_MEET = FAULTS.slice(1, 3)

describe.each(ALL)('$name, whichever call', (scenario) => {
  it.each(MAIN.includes(scenario) ? FAULTS : OTHERS_MEET)(
    '%s, loses nothing and does nothing twice',
    async (_, fault) => {
      const { faults, wrong } = await atEachCall(scenario, fault)
      expect(wrong).toEqual([])
      expect(faults).toBeGreaterThan(0)
    },
  )
})

describe.each(MAIN)('$name, whichever call', (scenario) => {
  it('the worker dies after, with messages doubled and in any order, loses nothing and does nothing twice', async () => {
    let seed = 0
    expect((await atEachCall(scenario, diesAfter, () => shuffled(seed++))).wrong).toEqual([])
  })
})
