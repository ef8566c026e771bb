import { expect } from '@jest/globals'
import { imageId } from '../support/fixtures/pets.ts'
import { memoryObject } from '../support/world/world.ts'
import { batchOf, keyOf, leave, lose, register, VALIDATE } from './arranged.ts'
import type { DeployedWorld, Request } from './deployed-world.ts'

/** Batches of the datasets that their journeys left: chosen, copied, written down. */
export const BATCH_JOURNEYS = [choosing, chosenLate, copying, brokenCopies, manifests]

/** Within the call: small, large, resumed, refused, overtaken. */
async function choosing(deployed: DeployedWorld): Promise<void> {
  const { call, next, world } = deployed
  await register(deployed, 'chosen', { count: 60 })
  expect(await call('batches-create', { batch: 'small' }, batchOf('chosen'))).toBe('wrong-state')
  expect(await call('datasets-import', { dataset: 'chosen' })).toBe(202)
  await deployed.work()
  expect(await call('batches-create', { batch: 'small' }, { ...batchOf('chosen'), ...VALIDATE })).toBe(200)
  expect(await call('batches-create', { batch: 'small' }, batchOf('chosen', 60))).toBe(201)
  expect(await call('batches-create', { batch: 'small' }, batchOf('chosen', 60))).toBe(200)
  expect(await call('batches-create', { batch: 'small' }, batchOf('chosen', 61))).toBe('conflict')
  expect(await call('batches-create', { batch: 'large' }, batchOf('large', 2000))).toBe(201)

  next(
    ({ method, key }) => method === 'part' && key.endsWith('images.jsonl'),
    () => lose(deployed, 'overtaken/batch.json'),
  )
  expect(await call('batches-create', { batch: 'overtaken' }, batchOf('large', 2000))).toBe('not-found')

  const annotations = [...world.stored].find(([uri]) => /raw\/chosen\/.*annotations-bbox.csv$/.test(uri))!
  world.stored.set(annotations[0], memoryObject('replaced'))
  expect(await call('batches-create', { batch: 'unread' }, batchOf('chosen'))).toBe('source-changed')
  expect(await call('batches-create', { batch: 'unread' }, batchOf('chosen'))).toBe('source-changed')
  world.stored.set(...annotations)
}

/** In the background, where it can fail, be overtaken and be given up as well. */
async function chosenLate(deployed: DeployedWorld): Promise<void> {
  const { call, next, work, world } = deployed
  expect(await call('batches-create', { batch: 'late' }, batchOf('large', 2100))).toBe(202)
  expect(await call('batches-create', { batch: 'late' }, batchOf('large', 2100))).toBe(202)
  await work()
  expect(await call('batches-create', { batch: 'hopeless' }, batchOf('large', 2100))).toBe(202)
  await work(() => 'dead-letter')

  expect(await call('batches-create', { batch: 'overtaken-late' }, batchOf('large', 2100))).toBe(202)
  next(
    ({ method, key }) => method === 'part' && key.endsWith('images.jsonl'),
    () => lose(deployed, 'overtaken-late/batch.json'),
  )
  await work()

  expect(await call('batches-create', { batch: 'unread-late' }, batchOf('large', 2100))).toBe(202)
  const annotations = [...world.stored].find(([uri]) => /raw\/large\/.*annotations-bbox.csv$/.test(uri))!
  world.stored.set(annotations[0], memoryObject('replaced'))
  await work()
  world.stored.set(...annotations)
}

/** Images that are there, missing, denied, in the way, and changed; twice, cancelled, and looked at in between. */
async function copying(deployed: DeployedWorld): Promise<void> {
  const { call, work, world } = deployed
  const batch = 'small'
  const look = async () => {
    for (const name of ['get', 'get-copy', 'list-images']) expect(await call(`batches-${name}`, { batch })).toBe(200)
    expect(await call('batches-create', { batch }, batchOf('chosen', 60))).toBe(200)
    expect(await call('batches-list')).toBe(200)
  }
  world.stored.delete(`s3://open-images-dataset/chosen/${imageId(1)}.jpg`)
  world.denied.add(`s3://open-images-dataset/chosen/${imageId(2)}.jpg`)
  leave(deployed, `${batch}/images/${imageId(3)}.jpg`)
  expect(await call('batches-get', { batch })).toBe(200)
  expect(await call('batches-start-copy', { batch }, VALIDATE)).toBe(200)
  expect(await call('batches-start-copy', { batch })).toBe(202)
  expect(await call('batches-start-copy', { batch })).toBe(202)
  expect(await call('batches-delete', { batch })).toBe('wrong-state')
  await work((message) => (message.chunk === 0 ? 'dropped' : 'done'))
  await look()
  expect(await call('batches-cancel-copy', { batch })).toBe(200)
  await look()
  for (let time = 0; time < 2; time++) {
    expect(await call('batches-start-copy', { batch })).toBe(202)
    await work()
  }
  await look()
  expect(await call('batches-cancel-copy', { batch })).toBe('wrong-state')
  expect(await call('batches-start-copy', { batch: 'large' })).toBe(202)
  await work()
  expect(await call('batches-start-copy', { batch: 'large' })).toBe(200)

  const at = `s3://${deployed.config.bucket}/${deployed.config.dataPrefix}augmentation`
  expect(await call('batches-create', { batch: 'own' }, batchOf('own'))).toBe(201)
  world.stored.delete(`${at}/${imageId(1)}.jpg`)
  expect(await call('batches-start-copy', { batch: 'own' })).toBe(202)
  await work()
}

async function brokenCopies(deployed: DeployedWorld): Promise<void> {
  const { call, work } = deployed
  const start = async (batch: string) => {
    if ((await call('batches-get', { batch })) === 'not-found')
      expect(await call('batches-create', { batch }, batchOf('browsed'))).toBe(201)
    expect(await call('batches-start-copy', { batch })).toBe(202)
  }
  await start('unsent')
  await work(() => 'dead-letter')
  await start('unsent')
  await work((message) => (message.task === undefined ? 'dead-letter' : 'done'))
  await start('brought')
  await work(() => 'dies-dead-letter')
  await start('resumed')
  await work(() => 'dies')
  await start('resumed')
  await work()

  // The batch goes while a worker copies: it removes what it had not seen any more.
  for (const fate of ['done', 'dead-letter'] as const) {
    await start('gone')
    await work((message) => {
      if (message.task !== undefined) return 'done'
      const { batchId } = message.subject as { batchId: string } // it is about a batch
      lose(deployed, 'gone/batch.json')
      leave(deployed, `gone/images/${imageId(1)}.jpg`)
      leave(deployed, `gone/copies/${batchId}/1/0000.json`)
      lose(deployed, `gone/copies/${batchId}/1/start.json`)
      return fate
    })
  }
}

/** None, boxes and provenance, of few images and of many; of a batch that goes meanwhile. */
async function manifests(deployed: DeployedWorld): Promise<void> {
  const { call, next } = deployed
  const boxes: Request = { body: { boxes: 'open-images', provenance: true } }
  expect(await call('batches-get-manifest', { batch: 'small' })).toBe('not-found')
  expect(await call('batches-write-manifest', { batch: 'small' }, VALIDATE)).toBe(200)
  expect(await call('batches-write-manifest', { batch: 'small' }, boxes)).toBe(201)
  expect(await call('batches-get-manifest', { batch: 'small' })).toBe(200)
  expect(await call('batches-write-manifest', { batch: 'large' }, boxes)).toBe(201)
  expect(await call('batches-get-manifest', { batch: 'large' })).toBe(303)
  next(({ method, key }) => method === 'complete' && key.endsWith('input.manifest'), 'before')
  expect(await call('batches-write-manifest', { batch: 'large' }, boxes)).toBe('died')

  const key = keyOf(deployed, 'small/batch.json')
  const standing = deployed.world.stored.get(key)!
  next(
    ({ method }) => method === 'put',
    () => lose(deployed, 'small/batch.json'),
  )
  expect(await call('batches-write-manifest', { batch: 'small' }, boxes)).toBe('not-found')
  deployed.world.stored.set(key, standing)
}

/** With all that lies in them, jobs that have ended among it. */
export async function deleting(deployed: DeployedWorld): Promise<void> {
  const { call, work } = deployed
  expect(await call('batches-delete', { batch: 'small' }, VALIDATE)).toBe(200)
  expect(await call('batches-delete', { batch: 'small' })).toBe(204)
  expect(await call('batches-delete', { batch: 'large' })).toBe(202)
  await work()
  expect(await call('batches-get', { batch: 'large' })).toBe('not-found')
}
