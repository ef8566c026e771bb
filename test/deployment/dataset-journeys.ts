import { expect } from '@jest/globals'
import { change, importAll, LARGE, leave, register, uriAt, VALIDATE } from './arrange.ts'
import { putDatasetFiles } from './dataset-files.ts'
import type { DeployedWorld } from './deployed-world.ts'

/** Registers, imports and cancels datasets, with every kind of source and failure. */
export const DATASET_JOURNEYS = [registering, importing, brokenImports, cancelledImports]

async function registering(deployed: DeployedWorld): Promise<void> {
  const { call } = deployed
  const dataset = 'registered'
  const body = putDatasetFiles(deployed, { count: 3, at: 's3://open-images-dataset/registered' })
  expect(await call('datasets-register', { dataset }, { body, ...VALIDATE })).toBe(200)
  expect(await call('datasets-register', { dataset }, { body })).toBe(201)
  expect(await call('datasets-import', { dataset })).toBe(202)
  expect(await call('datasets-register', { dataset }, { body })).toBe(200)
  expect(await call('datasets-forget', { dataset })).toBe('wrong-state')
  await deployed.drain()
  expect(await call('datasets-register', { dataset }, { body: { ...body, title: 'Other' } })).toBe('conflict')
}

/** Imports small and large datasets from a source bucket, the working bucket and the web. */
async function importing(deployed: DeployedWorld): Promise<void> {
  const { call, config, drain } = deployed
  const at = `s3://${config.bucket}/${config.dataPrefix}augmentation`
  await importAll(deployed, 'own', { count: 3, at })
  await importAll(deployed, 'browsed', { count: 3 })
  expect(await call('datasets-import', { dataset: 'browsed' }, VALIDATE)).toBe(200)
  await register(deployed, 'large', { ...LARGE, longList: true })
  expect(await call('datasets-import', { dataset: 'large' })).toBe(202)
  expect(await call('datasets-import', { dataset: 'large' })).toBe(202)
  expect([await call('datasets-get', { dataset: 'large' }), await call('datasets-list')]).toEqual([200, 200])
  await drain()
  expect(await call('datasets-get', { dataset: 'large' })).toBe(200)
}

/** Imports that fail: no source, crashed workers, an invalid hierarchy, chunks that were never sent. */
async function brokenImports(deployed: DeployedWorld): Promise<void> {
  const { call, drain, world } = deployed
  await register(deployed, 'sourceless', { count: 3 })
  world.stored.delete('s3://open-images-dataset/sourceless/names.csv')
  expect(await call('datasets-import', { dataset: 'sourceless' })).toBe('bad-source')

  // Every chunk's worker crashes after its receipt, so the dead-letter consumer completes the rounds: it joins the parts and
  // starts the check.
  await register(deployed, 'imported', LARGE)
  expect(await call('datasets-import', { dataset: 'imported' })).toBe(202)
  await drain(() => 'crash-dead-letter')
  expect(await call('datasets-browse-classes', { dataset: 'imported' })).toBe(200)

  // Without the dead-letter consumer, a repeated request and the task worker complete the rounds.
  await register(deployed, 'resumed', LARGE)
  for (const fate of ['crash', 'crash', 'done'] as const) {
    expect(await call('datasets-import', { dataset: 'resumed' })).toBe(202)
    await drain(() => fate)
  }
  expect(await call('datasets-browse-classes', { dataset: 'resumed' })).toBe(200)

  // The stored files are invalid: whoever completes the round removes them.
  for (const [dataset, fate] of [
    ['found-broken', 'done'],
    ['broken-later', 'crash'],
    ['dead-letter', 'dead-letter'],
  ] as const) {
    await register(deployed, dataset, { ...LARGE, brokenHierarchy: true })
    expect(await call('datasets-import', { dataset })).toBe(202)
    await drain((message) => ('task' in message ? 'done' : fate))
    if (fate === 'crash') expect(await call('datasets-import', { dataset })).toBe(202)
    await drain()
    expect(await call('datasets-browse-classes', { dataset })).toBe('wrong-state')
  }

  await register(deployed, 'unsent', { count: 3 })
  expect(await call('datasets-import', { dataset: 'unsent' })).toBe(202)
  await drain(() => 'dead-letter')
}

/** Cancels imports while they are queued, being started, and being worked on. */
async function cancelledImports(deployed: DeployedWorld): Promise<void> {
  const { call, drain, interceptNext, world } = deployed
  const dataset = 'cancelled'
  const importUris = () =>
    [...world.stored.keys()].filter((uri) => uri.startsWith(uriAt(deployed, `raw/${dataset}/id`)))
  const forget = () => {
    change(deployed, `raw/${dataset}/dataset.json`, { importing: undefined })
    for (const uri of importUris()) if (/import|start/.test(uri)) world.stored.delete(uri)
  }
  await register(deployed, 'damaged', LARGE)
  expect(await call('datasets-import', { dataset: 'damaged' })).toBe(202)
  leave(deployed, 'raw/damaged/dataset.json')
  expect(await call('datasets-get', { dataset: 'damaged' })).toBe('corrupt-state')
  expect(await call('datasets-forget', { dataset: 'damaged' }, VALIDATE)).toBe(200)
  expect(await call('datasets-forget', { dataset: 'damaged' })).toBe(204)
  await drain()

  await register(deployed, dataset, LARGE)
  expect(await call('datasets-import', { dataset })).toBe(202)
  await drain((message) => (message.task === undefined ? 'lost' : 'done'))
  expect(await call('datasets-cancel-import', { dataset })).toBe(200)
  expect(await call('datasets-cancel-import', { dataset })).toBe('wrong-state')

  interceptNext(
    ({ port }) => port === 'messages',
    () => change(deployed, `raw/${dataset}/dataset.json`, { importing: undefined }),
  )
  expect(await call('datasets-import', { dataset })).toBe(202)
  await drain()

  for (const fate of ['done', 'dead-letter'] as const) {
    for (const begun of ['task', 'chunk']) {
      expect(await call('datasets-import', { dataset })).toBe(202)
      await drain((message) => {
        if ((begun === 'task') !== 'task' in message) return 'done'
        forget()
        leave(deployed, `raw/${dataset}/${(message.subject as { importId: string }).importId}/images.csv`)
        return fate
      })
    }
  }
}
