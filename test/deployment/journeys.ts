import { expect } from '@jest/globals'
import { batchOf } from './arranged.ts'
import { BATCH_JOURNEYS, deleting } from './batch-journeys.ts'
import { DATASET_JOURNEYS } from './dataset-journeys.ts'
import type { DeployedWorld } from './deployed-world.ts'
import { JOB_JOURNEYS } from './job-journeys.ts'
import { jobOf } from './labeled.ts'

/** Takes every function of a deployment through all that it does outside of itself, and through what breaks on the way. */
export async function runJourneys(deployed: DeployedWorld): Promise<void> {
  const journeys = [strangers, ...DATASET_JOURNEYS, ...BATCH_JOURNEYS, ...JOB_JOURNEYS, deleting, forgetting]
  for (const journey of journeys) await journey(deployed)
}

/** What is asked for is not there. */
async function strangers({ call, tell }: DeployedWorld): Promise<void> {
  expect(await call('health')).toBe(200)
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

async function forgetting({ call }: DeployedWorld): Promise<void> {
  expect(await call('datasets-forget', { dataset: 'chosen' })).toBe(204)
}
