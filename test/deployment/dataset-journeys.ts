import { expect } from '@jest/globals'
import { change, importAll, keyOf, LARGE, leave, register, VALIDATE } from './arranged.ts'
import type { DeployedWorld } from './deployed-world.ts'
import { putPictures } from './pictures.ts'

/** Datasets: registered, imported from everywhere, broken in every way, cancelled. */
export const DATASET_JOURNEYS = [registering, importing, brokenImports, cancelledImports]

async function registering(deployed: DeployedWorld): Promise<void> {
  const { call } = deployed
  const dataset = 'registered'
  const body = putPictures(deployed, { count: 3, at: 's3://open-images-dataset/registered' })
  expect(await call('datasets-register', { dataset }, { body, ...VALIDATE })).toBe(200)
  expect(await call('datasets-register', { dataset }, { body })).toBe(201)
  expect(await call('datasets-import', { dataset })).toBe(202)
  expect(await call('datasets-register', { dataset }, { body })).toBe(200)
  expect(await call('datasets-forget', { dataset })).toBe('wrong-state')
  await deployed.work()
  expect(await call('datasets-register', { dataset }, { body: { ...body, title: 'Other' } })).toBe('conflict')
}

/** Small and large, from a source bucket, the working bucket and the web. */
async function importing(deployed: DeployedWorld): Promise<void> {
  const { call, config, work } = deployed
  const at = `s3://${config.bucket}/${config.dataPrefix}augmentation`
  await importAll(deployed, 'own', { count: 3, at })
  await importAll(deployed, 'browsed', { count: 3 })
  expect(await call('datasets-import', { dataset: 'browsed' }, VALIDATE)).toBe(200)
  await register(deployed, 'large', { ...LARGE, longList: true })
  expect(await call('datasets-import', { dataset: 'large' })).toBe(202)
  expect(await call('datasets-import', { dataset: 'large' })).toBe(202)
  expect([await call('datasets-get', { dataset: 'large' }), await call('datasets-list')]).toEqual([200, 200])
  await work()
  expect(await call('datasets-get', { dataset: 'large' })).toBe(200)
}

/** Without a source, without their workers, without a hierarchy, without any chunk sent out. */
async function brokenImports(deployed: DeployedWorld): Promise<void> {
  const { call, work, world } = deployed
  await register(deployed, 'sourceless', { count: 3 })
  world.stored.delete('s3://open-images-dataset/sourceless/names.csv')
  expect(await call('datasets-import', { dataset: 'sourceless' })).toBe('bad-source')

  // Every chunk's worker dies behind its receipt, and giving up does what is left: joining parts, starting to check.
  await register(deployed, 'brought', LARGE)
  expect(await call('datasets-import', { dataset: 'brought' })).toBe(202)
  await work(() => 'dies-dead-letter')
  expect(await call('datasets-browse-classes', { dataset: 'brought' })).toBe(200)

  // Or nobody does, until the call is made again and the worker of tasks finds all receipts.
  await register(deployed, 'resumed', LARGE)
  for (const fate of ['dies', 'dies', 'done'] as const) {
    expect(await call('datasets-import', { dataset: 'resumed' })).toBe(202)
    await work(() => fate)
  }
  expect(await call('datasets-browse-classes', { dataset: 'resumed' })).toBe(200)

  // What was brought cannot be read: whoever comes to follow the round removes it all again.
  for (const [dataset, fate] of [
    ['found-broken', 'done'],
    ['broken-later', 'dies'],
    ['dead-letter', 'dead-letter'],
  ] as const) {
    await register(deployed, dataset, { ...LARGE, brokenHierarchy: true })
    expect(await call('datasets-import', { dataset })).toBe(202)
    await work((message) => ('task' in message ? 'done' : fate))
    if (fate === 'dies') expect(await call('datasets-import', { dataset })).toBe(202)
    await work()
    expect(await call('datasets-browse-classes', { dataset })).toBe('wrong-state')
  }

  await register(deployed, 'unsent', { count: 3 })
  expect(await call('datasets-import', { dataset: 'unsent' })).toBe(202)
  await work(() => 'dead-letter')
}

/** Cancelled while it waits, while it is begun, and under the hands of its workers. */
async function cancelledImports(deployed: DeployedWorld): Promise<void> {
  const { call, work, next, world } = deployed
  const dataset = 'cancelled'
  const importsOf = () => [...world.stored.keys()].filter((uri) => uri.startsWith(keyOf(deployed, `raw/${dataset}/id`)))
  const forget = () => {
    change(deployed, `raw/${dataset}/dataset.json`, { importing: undefined })
    for (const uri of importsOf()) if (/import|start/.test(uri)) world.stored.delete(uri)
  }
  await register(deployed, dataset, LARGE)
  expect(await call('datasets-import', { dataset })).toBe(202)
  await work((message) => (message.task === undefined ? 'dropped' : 'done'))
  expect(await call('datasets-cancel-import', { dataset })).toBe(200)
  expect(await call('datasets-cancel-import', { dataset })).toBe('wrong-state')

  next(
    ({ port }) => port === 'messages',
    () => change(deployed, `raw/${dataset}/dataset.json`, { importing: undefined }),
  )
  expect(await call('datasets-import', { dataset })).toBe(202)
  await work()

  for (const fate of ['done', 'dead-letter'] as const) {
    for (const begun of ['task', 'chunk']) {
      expect(await call('datasets-import', { dataset })).toBe(202)
      await work((message) => {
        if ((begun === 'task') !== 'task' in message) return 'done'
        forget()
        leave(deployed, `raw/${dataset}/${(message.subject as { importId: string }).importId}/images.csv`)
        return fate
      })
    }
  }
}
