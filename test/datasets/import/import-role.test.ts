import { describe, expect, it } from '@jest/globals'
import { isSuperseded } from '../../../shared/datasets/import/import-role.ts'
import type { DatasetState } from '../../../shared/datasets/state.ts'
import { REGISTRATION } from '../../support/fixtures/small-dataset.ts'

const current = (importId: string): DatasetState['current'] => ({
  importId,
  importedAt: '2026-01-02T03:04:05.000Z',
  imageCount: 1,
  boxCount: 1,
  classCount: 1,
  annotations: { uri: 's3://b/k', bytes: 1, etag: '"1"', contentHash: 'sha256-1', groupedByImage: true },
})
const importing = (importId: string, cancelled?: boolean): DatasetState['importing'] => ({
  importId,
  startedAt: '2026-01-02T03:04:05.000Z',
  ...(cancelled && { cancelled }),
})
const state = (changes: Omit<DatasetState, 'registration'>): DatasetState => ({
  registration: REGISTRATION,
  ...changes,
})

describe('isSuperseded', () => {
  it.each<[string, DatasetState | undefined, boolean, boolean]>([
    ['is running', state({ importing: importing('x') }), true, false],
    ['is running, and its plan is lost', state({ importing: importing('x') }), false, false],
    ['is current', state({ current: current('x') }), true, false],
    ['is current, and its plan is lost', state({ current: current('x') }), false, false],
    ['was current before', state({ current: current('y'), replacedImports: ['x'] }), false, false],
    ['is current while another is running', state({ current: current('x'), importing: importing('y') }), true, false],
    ['was cancelled', state({ importing: importing('x', true) }), true, true],
    ['failed', state({ failedImport: { importId: 'x', job: 'fetch-parts' } }), true, true],
    ['is named nowhere', state({ current: current('y'), importing: importing('z') }), true, true],
    ['was current in a dataset that is being deleted', state({ current: current('x'), deleting: true }), true, true],
    ['belongs to a dataset whose state is lost', undefined, true, false],
    ['belongs to a dataset that was deleted', undefined, false, true],
  ])('is told of an import that %s', (_, dataset, hasPlan, expected) => {
    expect(isSuperseded('x', dataset, hasPlan)).toBe(expected)
  })
})
