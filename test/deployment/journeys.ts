import { expect } from '@jest/globals'
import { batchOf } from './arranged.ts'
import { BATCH_JOURNEYS } from './batch-journeys.ts'
import { DATASET_JOURNEYS } from './dataset-journeys.ts'
import type { DeployedWorld } from './deployed-world.ts'

/** Takes every function of a deployment through all that it does outside of itself, and through what breaks on the way. */
export async function runJourneys(deployed: DeployedWorld): Promise<void> {
  for (const journey of [strangers, ...DATASET_JOURNEYS, ...BATCH_JOURNEYS, forgetting]) await journey(deployed)
}

/** What is asked for is not there. */
async function strangers({ call }: DeployedWorld): Promise<void> {
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
  expect(await call('datasets-list')).toBe(200)
  expect(await call('batches-list')).toBe(200)
}

async function forgetting({ call }: DeployedWorld): Promise<void> {
  expect(await call('datasets-forget', { dataset: 'chosen' })).toBe(204)
}
