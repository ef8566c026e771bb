import { seedSampleDatasets } from '../../local/sample-data/seed.ts'
import type { Stack } from '../../local/stack.ts'
import { createClient } from './client.ts'

/**
 * Creates the resources that fuzzed requests read but never delete: two datasets, a batch with its manifest, a labeling job
 * and a webhook.
 * @param receiver URL of a local server that accepts all requests
 */
export async function createFixtures(stack: Stack, receiver: string): Promise<void> {
  await seedSampleDatasets(stack)
  const { call, until } = createClient(stack)
  await call('PUT', '/v1/batches/base', { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 3 })
  await call('POST', '/v1/batches/base/copy')
  await until('/v1/batches/base/copy', '"state":"copied"')
  await call('PUT', '/v1/batches/base/manifest', {})
  const { items } = JSON.parse(await call('GET', '/v1/workteams'))
  await call('PUT', '/v1/labeling-jobs/base-job', { batch: 'base', workteamArn: items[0].workteamArn })
  await call('PUT', '/v1/webhooks/base-hook', { url: `${receiver}/hook`, events: ['batch.copied'] })
  await until('/v1/labeling-jobs/base-job', '"output":{')
}
