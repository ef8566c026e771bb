import { expect } from '@jest/globals'
import { batchOf } from './arranged.ts'
import { BATCH_JOURNEYS, deleting } from './batch-journeys.ts'
import { DATASET_JOURNEYS } from './dataset-journeys.ts'
import type { DeployedWorld } from './deployed-world.ts'
import { JOB_JOURNEYS } from './job-journeys.ts'
import { jobOf } from './labeled.ts'
import { RUN_JOURNEYS } from './run-journeys.ts'
import { TEST_IMAGE_JOURNEYS } from './test-image-journeys.ts'
import { WEBHOOK_JOURNEYS } from './webhook-journeys.ts'

/** Takes every function of a deployment through all that it does outside of itself, and through what breaks on the way. */
export async function runJourneys(deployed: DeployedWorld): Promise<void> {
  const before = [strangers, ...DATASET_JOURNEYS, ...BATCH_JOURNEYS, ...JOB_JOURNEYS, ...RUN_JOURNEYS]
  const journeys = [...before, walking, deleting, forgetting, ...WEBHOOK_JOURNEYS, ...TEST_IMAGE_JOURNEYS]
  for (const journey of journeys) await journey(deployed)
}

/** What is asked for is not there. */
async function strangers({ asking, call, tell }: DeployedWorld): Promise<void> {
  for (const name of [...asking, 'not-found']) expect(await call(name, {}, { token: 'unknown' })).toBe('unauthorized')
  for (const name of ['health', 'openapi', 'docs']) expect(await call(name)).toBe(200)
  expect(await call('docs-asset', { asset: 'start.js' })).toBe(200)
  expect(await call('not-found')).toBe('not-found')
  const body = { classNames: ['Cat'] }
  expect(await call('datasets-resolve-classes', { dataset: 'nobody' }, { body })).toBe('not-found')
  for (const name of ['get', 'forget', 'import', 'cancel-import', 'browse-classes'])
    expect(await call(`datasets-${name}`, { dataset: 'nobody' })).toBe('not-found')
  for (const name of ['get', 'delete', 'list-images', 'start-copy', 'get-copy', 'cancel-copy', 'write-manifest'])
    expect(await call(`batches-${name}`, { batch: 'nobody' })).toBe('not-found')
  expect(await call('batches-get-manifest', { batch: 'nobody' })).toBe('not-found')
  expect(await call('batches-create', { batch: 'b' }, batchOf('nobody'))).toBe('not-found')
  for (const name of ['get-job', 'stop-job', 'list-annotations'])
    expect(await call(`labeling-${name}`, { job: 'nothing' })).toBe('not-found')
  expect(await call('labeling-create-job', { job: 'nothing' }, jobOf('nobody'))).toBe('preflight-failed')
  await tell('nothing', 'Completed')
  expect(await call('labeling-list-jobs')).toBe(200)
  expect(await call('datasets-list')).toBe(200)
  expect(await call('batches-list')).toBe(200)
}

/** Every list of what the journeys before have left, a page at a time. */
async function walking({ walk }: DeployedWorld): Promise<void> {
  const lists: [name: string, params?: Record<string, string>][] = [
    ['datasets-list'],
    ['datasets-browse-classes', { dataset: 'browsed' }],
    ['batches-list'],
    ['batches-list-images', { batch: 'small' }],
    ['labeling-list-jobs'],
    ['labeling-list-annotations', { job: 'drawn' }],
    ['labeling-list-workteams'],
  ]
  for (const [name, params] of lists) expect((await walk(name, params)).length).toBeGreaterThan(1)
}

async function forgetting({ call }: DeployedWorld): Promise<void> {
  expect(await call('datasets-forget', { dataset: 'chosen' })).toBe(204)
}
