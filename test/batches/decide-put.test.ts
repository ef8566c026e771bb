import { describe, expect, it } from '@jest/globals'
import { decidePut } from '../../shared/batches/decide-put.ts'
import { beginStep, endStep, planRunUpTo } from '../../shared/batches/record/run.ts'
import type { BatchState } from '../../shared/batches/record/state.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import type { State } from '../../shared/platform/state/record.ts'

const labelingJob = { workteamArn: 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/our-team' }

const toRequest = (changes: Record<string, unknown> = {}): BatchRequest =>
  BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 2, ...changes })

/** A batch as it is stored, whose images are chosen. */
const stored = (changes: Partial<BatchState> = {}): State<BatchState> => ({
  value: {
    batchId: 'id1',
    request: toRequest(),
    recipe: 'sha256-0',
    importId: 'import1',
    annotations: { uri: 's3://work/boxes.csv', bytes: 1, etag: '"1"', groupedByImage: true },
    imageLocation: 's3://open-images-dataset/pets/{imageId}.jpg',
    criteria: {
      classes: [{ className: 'Cat', classIds: ['/m/01yrx'], available: 3 }],
      examplesPerClass: 2,
      batchOffset: 0,
      allocation: 'disjoint',
      excludeFlags: [],
    },
    datasetSkipImages: [],
    state: 'selected',
    warnings: [],
    createdAt: '2026-01-02T03:04:05.000Z',
    ...changes,
  },
  etag: '"batch"',
})

/** A run up to its labeling job whose copy is done and whose manifest has begun. */
const runAtManifest = () => {
  const at = '2026-01-02T03:04:05.000Z'
  const run = planRunUpTo('label', undefined, 'run1')
  if (!run) throw new Error('a run up to its labeling job has steps')
  return beginStep(endStep(beginStep(run, 'copy', at, {}), 'copy', at, {}), 'manifest', at, {})
}

const conflictAt = (...places: string[]) =>
  expect.objectContaining({ code: 'conflict', issues: places.map((at) => expect.objectContaining({ at })) })

describe('decidePut', () => {
  it('creates a batch whose name is free', () => {
    expect(decidePut('b', toRequest(), undefined)).toEqual({ action: 'create' })
  })

  it.each(['selecting', 'selected'] as const)('resumes a batch that is %s', (state) => {
    const found = stored({ state })
    expect(decidePut('b', toRequest(), found)).toEqual({ action: 'resume', found, request: toRequest() })
  })

  it('selects the images again when they could not be chosen', () => {
    const found = stored({ state: 'failed' })
    expect(decidePut('b', toRequest(), found)).toEqual({ action: 'select-again', found, request: toRequest() })
  })

  it.each(['selected', 'failed'] as const)('publishes the pending events of a batch that is %s first', (state) => {
    const event = { type: 'batch.selected' as const, dedupKey: 'id1', timestamp: '2026-01-02T03:04:05.000Z', data: {} }
    const found = stored({ state, pendingEvents: [event] })
    expect(decidePut('b', toRequest(), found)).toEqual({ action: 'publish', found })
  })

  it('refuses a request while the batch of that name is being deleted', () => {
    const decide = () => decidePut('b', toRequest(), stored({ state: 'deleting' }))
    expect(decide).toThrow(expect.objectContaining({ code: 'wrong-state' }))
  })

  it('refuses another selection under the same name and names every field that differs', () => {
    const decide = () => decidePut('b', toRequest({ classNames: ['Dog'], batchOffset: 1 }), stored())
    expect(decide).toThrow(conflictAt('body.classNames', 'body.batchOffset'))
  })

  it('refuses another selection even when events are pending or the selection failed', () => {
    const other = toRequest({ batchOffset: 1 })
    for (const found of [stored({ state: 'failed' }), stored({ pendingEvents: [] })])
      expect(() => decidePut('b', other, found)).toThrow(conflictAt('body.batchOffset'))
  })

  it('does not compare the run, so that a later request can extend it', () => {
    const request = toRequest({ run: 'copy' })
    expect(decidePut('b', request, stored())).toMatchObject({ action: 'resume', request: { run: 'copy' } })
  })

  it('fills in the manifest and the labeling job of the batch when the request leaves them out', () => {
    const request = toRequest({ run: 'label', manifest: { boxes: 'open-images' }, labelingJob })
    const { manifest, labelingJob: job } = request
    expect(decidePut('b', toRequest(), stored({ request }))).toMatchObject({ request: { manifest, labelingJob: job } })
  })

  it('takes another manifest and another labeling job until their steps have begun', () => {
    const request = toRequest({ run: 'label', manifest: { boxes: 'none' }, labelingJob })
    const other = toRequest({
      run: 'label',
      manifest: { boxes: 'open-images' },
      labelingJob: { ...labelingJob, taskTitle: 'Other' },
    })
    const run = planRunUpTo('label', undefined, 'run1')
    expect(decidePut('b', other, stored({ request, run }))).toMatchObject({ action: 'resume', request: other })
  })

  it('refuses another manifest once the manifest step has begun, but takes another labeling job', () => {
    const request = toRequest({ run: 'label', labelingJob })
    const found = stored({ request, run: runAtManifest() })
    const otherManifest = toRequest({ run: 'label', manifest: { boxes: 'open-images' }, labelingJob })
    const otherJob = toRequest({ run: 'label', labelingJob: { ...labelingJob, taskTitle: 'Other' } })
    expect(() => decidePut('b', otherManifest, found)).toThrow(conflictAt('body.manifest.boxes'))
    expect(decidePut('b', otherJob, found)).toMatchObject({ action: 'resume', request: otherJob })
  })
})
