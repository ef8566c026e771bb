import { describe, expect, it } from '@jest/globals'
import { decide } from '../../../shared/labeling/jobs/creation-step.ts'
import type { LabelingJobState } from '../../../shared/labeling/jobs/state.ts'
import { copiedPorts, create, jobFor } from '../../support/fixtures/labeling-jobs.ts'

const NOW = new Date('2026-01-02T04:00:00Z')
const ACTIVE = { holder: 'call', until: '2026-01-02T04:00:01Z' }
const EXPIRED = { holder: 'call', until: '2026-01-02T04:00:00Z' }

const ports = await copiedPorts()
const { state: created } = await create(ports)
const live = ports.world.labeling.jobs.get('cats-1')
const creating = (changes: Partial<LabelingJobState> = {}): LabelingJobState => ({
  ...created,
  state: 'creating',
  ...changes,
})

describe('decide', () => {
  it.each([
    ['creates a job under a free name', undefined, undefined, 'create'],
    ['returns a job that was created', created, undefined, 'existing'],
    ['leaves a creation alone while its lease is active', creating({ lease: ACTIVE }), undefined, 'in-progress'],
    ['resumes a creation whose lease has expired', creating({ lease: EXPIRED }), undefined, 'resume'],
    ['resumes a creation whose lease was released', creating(), undefined, 'resume'],
    ['marks a job as created that the service has', creating(), live, 'mark-created'],
    [
      'abandons an interrupted creation of another request',
      creating({ request: jobFor({ mode: 'adjust' }) }),
      undefined,
      'abandon',
    ],
    [
      'abandons an interrupted creation under the name in another case',
      creating({ job: 'CATS-1' }),
      undefined,
      'abandon',
    ],
  ] as const)('%s', (_, state, found, kind) => {
    const existing = state && { value: state, etag: '"1"' }
    expect(decide('cats-1', jobFor(), existing, found, NOW).kind).toBe(kind)
  })
})
