import { setTimeout as wait } from 'node:timers/promises'
import { seedSampleDatasets } from '../../local/sample-data/seed.ts'
import type { Stack } from '../../local/stack.ts'

const POLL_MILLISECONDS = 20
const MAX_POLLS = 1000

/**
 * Creates the resources that fuzzed requests read but never delete: two datasets, a batch with its manifest, a labeling job
 * and a webhook.
 * @param receiver URL of a local server that accepts all requests
 */
export async function createFixtures(stack: Stack, receiver: string): Promise<void> {
  await seedSampleDatasets(stack)
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' }
    const response = await fetch(`${stack.api}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text
  }
  const until = async (path: string, word: string) => {
    for (let polls = 0; polls < MAX_POLLS; polls++) {
      if ((await call('GET', path)).includes(word)) return
      await wait(POLL_MILLISECONDS)
    }
    throw new Error(`${path} timed out waiting for ${word}`)
  }
  await call('PUT', '/v1/batches/base', { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 3 })
  await call('POST', '/v1/batches/base/copy')
  await until('/v1/batches/base/copy', '"state":"copied"')
  await call('PUT', '/v1/batches/base/manifest', {})
  const { items } = JSON.parse(await call('GET', '/v1/workteams'))
  await call('PUT', '/v1/labeling-jobs/base-job', { batch: 'base', workteamArn: items[0].workteamArn })
  await call('PUT', '/v1/webhooks/base-hook', { url: `${receiver}/hook`, events: ['batch.copied'] })
  await until('/v1/labeling-jobs/base-job', '"output":{')
}
