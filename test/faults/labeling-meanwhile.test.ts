import { describe, expect, it } from '@jest/globals'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { recordStateChange } from '../../shared/labeling/jobs/job-changed.ts'
import { interleaveAtEachCall } from '../support/crash/fault-at-each-call.ts'
import { retryUntilDoneOr } from '../support/crash/retry.ts'
import { create, end, stateChange } from '../support/fixtures/labeling-jobs.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { creatingAnyway } from './labeling-scenarios.ts'

/** What interferes with the creation of the job. */
const OTHERS: readonly (readonly [what: string, act: (ports: MemoryPorts) => Promise<unknown>])[] = [
  ['its batch is deleted', (ports) => retryUntilDoneOr(() => deleteBatch('b', ports), 'wrong-state', 'not-found')],
  ['the same request is repeated', (ports) => retryUntilDoneOr(() => create(ports), 'conflict')],
  [
    'another request has the same name',
    (ports) => retryUntilDoneOr(() => create(ports, 'CATS-1', { taskTitle: 'Other' }), 'conflict'),
  ],
  [
    'the job ends at the service',
    async (ports) => {
      if (!ports.world.labeling.jobs.has('cats-1')) return
      end(ports, 'cats-1', 'Completed', ['labeled'])
      await recordStateChange(stateChange('cats-1', 'Completed'), ports)
    },
  ],
]

describe('creating a labeling job', () => {
  it.each(OTHERS)('creates one job or none, without leftovers, when at any call %s', async (_, act) => {
    const { faults, wrong } = await interleaveAtEachCall(creatingAnyway, async (ports) => void (await act(ports)))
    expect(wrong).toEqual([])
    expect(faults).toBeGreaterThan(20)
  })
})
