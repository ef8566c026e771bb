import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import { BATCH_SCENARIOS } from '../faults/batch-scenarios.ts'
import { IMPORT_SCENARIOS, importOnce, ofDataset } from '../faults/import-scenarios.ts'
import { importInsisting, notImported, registeredWorld, TWO_PARTS, worldWithStream } from '../faults/importing.ts'
import { ANSWERS, atEachCall, FAULTS } from '../support/crash/each-call.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'

const REPEATED = [...BATCH_SCENARIOS, ...IMPORT_SCENARIOS].filter(({ name }) => /^(copying|importing)/.test(name))

describe.each(REPEATED)('$name', (scenario) => {
  it.each(ANSWERS)('that is answered %s once says so, and is whole when it is asked for again', async (_, fault) => {
    expect((await atEachCall(scenario, fault)).wrong).toEqual([])
  })
})

describe('importing a file in parts', () => {
  const scenario = ofDataset('in parts', () => registeredWorld(TWO_PARTS), importInsisting, notImported)

  it.each(FAULTS)('whose upload %s ends whole, and leaves no upload open', async (_, fault) => {
    const { faults, wrong } = await atEachCall(scenario, (call) =>
      call.port === 'uploads' ? (fault(call) ?? 'before') : undefined,
    )
    expect(wrong).toEqual([])
    expect(faults).toBe(4)
  })

  it('whose upload is said to be over, as it was joined already, ends whole', async () => {
    const over = new AppError('wrong-state', 'The upload is over.')
    const { faults, wrong } = await atEachCall(scenario, ({ method }) =>
      method === 'complete' ? { after: over } : undefined,
    )
    expect(wrong).toEqual([])
    expect(faults).toBe(1)
  })

  it('whose upload is gone fails, and is whole when it is asked for again', async () => {
    const over = new AppError('wrong-state', 'The upload is over.')
    const { faults, wrong } = await atEachCall(scenario, ({ port, method }) =>
      port === 'uploads' && method !== 'start' ? over : undefined,
    )
    expect(wrong).toEqual([])
    expect(faults).toBe(3)
  })

  it('that comes as one stream, and is said to be over, as it was joined already, is taken as it stands', async () => {
    const over = new AppError('wrong-state', 'The upload is over.')
    const streamed = ofDataset('as a stream', worldWithStream, importOnce, ({ world }) => {
      const { current, problem } = jsonAt(world, 'data/raw/small/dataset.json')
      return current ? [] : [problem?.detail]
    })
    const { faults, wrong } = await atEachCall({ ...streamed, wrong: () => [] }, ({ method }) =>
      method === 'complete' ? { after: over } : undefined,
    )
    expect([faults, ...wrong]).toEqual([1])
  })
})
