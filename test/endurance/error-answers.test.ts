import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import { BATCH_SCENARIOS } from '../faults/batch-scenarios.ts'
import { datasetScenario, IMPORT_SCENARIOS, importOnce } from '../faults/import-scenarios.ts'
import { importUntilDone, notImported, registeredWorld, TWO_PARTS, worldWithStream } from '../faults/importing.ts'
import { faultAtEachCall } from '../support/crash/fault-at-each-call.ts'
import { ANSWERS, FAULTS } from '../support/crash/faults.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'

const SCENARIOS = [...BATCH_SCENARIOS, ...IMPORT_SCENARIOS].filter(({ name }) => /^(copying|importing)/.test(name))

describe.each(SCENARIOS)('$name', (scenario) => {
  it.each(ANSWERS)('completes when requested again after one %s at any call', async (_, fault) => {
    expect((await faultAtEachCall(scenario, fault)).wrong).toEqual([])
  })
})

describe('importing a file with a multipart upload', () => {
  const scenario = datasetScenario('in parts', () => registeredWorld(TWO_PARTS), importUntilDone, notImported)

  it.each(FAULTS)('completes and leaves no upload open with %s at any call of the upload', async (_, fault) => {
    const { faults, wrong } = await faultAtEachCall(scenario, (call) =>
      call.port === 'uploads' ? (fault(call) ?? 'before') : undefined,
    )
    expect(wrong).toEqual([])
    expect(faults).toBe(4)
  })

  it('completes when S3 reports that the upload is over because an earlier attempt completed it', async () => {
    const over = new AppError('wrong-state', 'The upload is over.')
    const { faults, wrong } = await faultAtEachCall(scenario, ({ method }) =>
      method === 'complete' ? { after: over } : undefined,
    )
    expect(wrong).toEqual([])
    expect(faults).toBe(1)
  })

  it('fails when the upload is gone, and completes when requested again', async () => {
    const over = new AppError('wrong-state', 'The upload is over.')
    const { faults, wrong } = await faultAtEachCall(scenario, ({ port, method }) =>
      port === 'uploads' && method !== 'start' ? over : undefined,
    )
    expect(wrong).toEqual([])
    expect(faults).toBe(3)
  })

  it('accepts the stored object of a streamed file whose upload an earlier attempt completed', async () => {
    const over = new AppError('wrong-state', 'The upload is over.')
    const streamed = datasetScenario('as a stream', worldWithStream, importOnce, ({ world }) => {
      const { current, problem } = jsonAt(world, 'data/raw/small/dataset.json')
      return current ? [] : [problem?.detail]
    })
    const { faults, wrong } = await faultAtEachCall({ ...streamed, wrong: () => [] }, ({ method }) =>
      method === 'complete' ? { after: over } : undefined,
    )
    expect([faults, ...wrong]).toEqual([1])
  })
})
