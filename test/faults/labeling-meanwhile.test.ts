import { describe, expect, it } from '@jest/globals'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { recordStateChange } from '../../shared/labeling/jobs/job-changed.ts'
import { besideEachCall } from '../support/crash/each-call.ts'
import { create, end, stateChange } from '../support/labeling-jobs.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { insistOrFind } from './insisting.ts'
import { creatingAnyway } from './labeling-scenarios.ts'

/** What interferes with the creation of the job. */
const OTHERS: readonly (readonly [what: string, act: (ports: MemoryPorts) => Promise<unknown>])[] = [
  ['its batch is deleted', (ports) => insistOrFind(() => deleteBatch('b', ports), 'wrong-state', 'not-found')],
  ['the same request is repeated', (ports) => insistOrFind(() => create(ports), 'conflict')],
  [
    'another request has the same name',
    (ports) => insistOrFind(() => create(ports, 'CATS-1', { taskTitle: 'Other' }), 'conflict'),
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
    const { faults, wrong } = await besideEachCall(creatingAnyway, async (ports) => void (await act(ports)))
    expect(wrong).toEqual([])
    expect(faults).toBeGreaterThan(20)
  })
})
