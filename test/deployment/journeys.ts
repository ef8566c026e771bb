import { expect } from '@jest/globals'
import { batchRequest } from './arrange.ts'
import { BATCH_JOURNEYS, deleting } from './batch-journeys.ts'
import { CONSOLIDATION_JOURNEYS } from './consolidation-journeys.ts'
import { DATASET_JOURNEYS } from './dataset-journeys.ts'
import type { DeployedWorld } from './deployed-world.ts'
import { runningExamples } from './example-journey.ts'
import { JOB_JOURNEYS } from './job-journeys.ts'
import { jobRequest } from './labeling-jobs.ts'
import { OWN_JOB_JOURNEYS } from './own-job-journeys.ts'
import { RESULT_JOURNEYS } from './result-journeys.ts'
import { RUN_JOURNEYS } from './run-journeys.ts'
import { SERVING_JOURNEYS } from './serving-journeys.ts'
import { TEST_IMAGE_JOURNEYS } from './test-image-journeys.ts'
import { WEBHOOK_JOURNEYS } from './webhook-journeys.ts'
import { WORKER_JOURNEYS } from './worker-journeys.ts'

/** Makes every function of a deployment do everything that it can do outside of itself, including its failure paths. */
export async function runJourneys(deployed: DeployedWorld): Promise<void> {
  const before = [
    missingResources,
    ...DATASET_JOURNEYS,
    ...BATCH_JOURNEYS,
    ...JOB_JOURNEYS,
    ...RUN_JOURNEYS,
    ...OWN_JOB_JOURNEYS,
  ]
  const journeys = [
    ...before,
    listing,
    deleting,
    forgetting,
    ...RESULT_JOURNEYS,
    ...CONSOLIDATION_JOURNEYS,
    ...WEBHOOK_JOURNEYS,
    ...TEST_IMAGE_JOURNEYS,
    ...WORKER_JOURNEYS,
    ...SERVING_JOURNEYS,
    runningExamples,
  ]
  for (const journey of journeys) await journey(deployed)
}

/** Requests without a valid token, and for resources that do not exist. */
async function missingResources({ authenticated, call, publishStateChange }: DeployedWorld): Promise<void> {
  for (const name of [...authenticated, 'not-found'])
    expect(await call(name, {}, { token: 'unknown' })).toBe('unauthorized')
  for (const name of ['health', 'openapi', 'pages']) expect(await call(name)).toBe(200)
  expect(await call('docs-asset', { asset: 'swagger-ui.css' })).toBe(200)
  expect(await call('not-found')).toBe('not-found')
  const body = { classNames: ['Cat'] }
  expect(await call('datasets-resolve-classes', { dataset: 'nobody' }, { body })).toBe('not-found')
  for (const name of ['get', 'forget', 'import', 'cancel-import', 'browse-classes'])
    expect(await call(`datasets-${name}`, { dataset: 'nobody' })).toBe('not-found')
  for (const name of ['get', 'delete', 'list-images', 'start-copy', 'get-copy', 'cancel-copy', 'write-manifest'])
    expect(await call(`batches-${name}`, { batch: 'nobody' })).toBe('not-found')
  expect(await call('batches-get-manifest', { batch: 'nobody' })).toBe('not-found')
  expect(await call('batches-create', { batch: 'b' }, batchRequest('nobody'))).toBe('not-found')
  for (const name of ['get-job', 'stop-job', 'list-annotations', 'list-consolidations'])
    expect(await call(`labeling-${name}`, { job: 'nothing' })).toBe('not-found')
  expect(await call('labeling-get-consolidation', { job: 'nothing', consolidation: 'none' })).toBe('not-found')
  expect(await call('labeling-consolidate-job', { job: 'nothing' }, { body: { name: 'none' } })).toBe('not-found')
  expect(await call('labeling-create-job', { job: 'nothing' }, jobRequest('nobody'))).toBe('preflight-failed')
  await publishStateChange('nothing', 'Completed')
  expect(await call('labeling-list-jobs')).toBe(200)
  expect(await call('datasets-list')).toBe(200)
  expect(await call('batches-list')).toBe(200)
}

/** Every list, a page at a time, of what the earlier journeys created. */
async function listing({ listAll }: DeployedWorld): Promise<void> {
  const lists: [name: string, params?: Record<string, string>][] = [
    ['datasets-list'],
    ['datasets-browse-classes', { dataset: 'browsed' }],
    ['batches-list'],
    ['batches-list-images', { batch: 'small' }],
    ['labeling-list-jobs'],
    ['labeling-list-annotations', { job: 'drawn' }],
    ['labeling-list-workteams'],
  ]
  for (const [name, params] of lists) expect((await listAll(name, params)).length).toBeGreaterThan(1)
}

async function forgetting({ call }: DeployedWorld): Promise<void> {
  expect(await call('datasets-forget', { dataset: 'chosen' })).toBe(204)
}
