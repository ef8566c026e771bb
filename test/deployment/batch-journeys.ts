import { expect } from '@jest/globals'
import { imageId } from '../support/fixtures/pets.ts'
import { isImageList } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { batchRequest, leave, leaveCopy, lose, register, uriAt, VALIDATE } from './arrange.ts'
import type { DeployedWorld } from './deployed-world.ts'
import type { Request } from './events.ts'

/** Selects, copies and writes the manifests of batches, over datasets of the earlier journeys. */
export const BATCH_JOURNEYS = [selecting, selectingInBackground, copying, brokenCopies, manifests]

/** Selects images within the call: small, large, repeated, refused, superseded. */
async function selecting(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext, world } = deployed
  await register(deployed, 'chosen', { count: 60 })
  expect(await call('batches-create', { batch: 'small' }, batchRequest('chosen'))).toBe('wrong-state')
  expect(await call('datasets-import', { dataset: 'chosen' })).toBe(202)
  await deployed.drain()
  expect(await call('batches-create', { batch: 'small' }, { ...batchRequest('chosen'), ...VALIDATE })).toBe(200)
  expect(await call('batches-create', { batch: 'small' }, batchRequest('chosen', 60))).toBe(201)
  expect(await call('batches-create', { batch: 'small' }, batchRequest('chosen', 60))).toBe(200)
  expect(await call('batches-create', { batch: 'small' }, batchRequest('chosen', 61))).toBe('conflict')
  expect(await call('batches-create', { batch: 'large' }, batchRequest('large', 2000))).toBe(201)

  interceptNext(
    ({ method, key }) => method === 'part' && isImageList(key),
    () => lose(deployed, 'superseded/batch.json'),
  )
  expect(await call('batches-create', { batch: 'superseded' }, batchRequest('large', 2000))).toBe('not-found')

  interceptNext(
    ({ method, key }) => method === 'part' && isImageList(key),
    () => {
      const state = world.stored.get(uriAt(deployed, 'relisted/batch.json'))!
      leave(deployed, `relisted/images-${JSON.parse(Buffer.from(state.bytes).toString()).batchId}.jsonl`)
    },
  )
  expect(await call('batches-create', { batch: 'relisted' }, batchRequest('large', 2000))).toBe(201)

  const annotations = [...world.stored].find(([uri]) => /raw\/chosen\/.*annotations-bbox.csv$/.test(uri))!
  world.stored.set(annotations[0], memoryObject('replaced'))
  expect(await call('batches-create', { batch: 'unread' }, batchRequest('chosen'))).toBe('source-changed')
  expect(await call('batches-create', { batch: 'unread' }, batchRequest('chosen'))).toBe('source-changed')
  world.stored.set(...annotations)
}

/** Selects images in the background, where it can also fail, be superseded and be dead-lettered. */
async function selectingInBackground(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext, drain, world } = deployed
  expect(await call('batches-create', { batch: 'late' }, batchRequest('large', 2100))).toBe(202)
  expect(await call('batches-create', { batch: 'late' }, batchRequest('large', 2100))).toBe(202)
  await drain()
  expect(await call('batches-create', { batch: 'dead-lettered' }, batchRequest('large', 2100))).toBe(202)
  await drain(() => 'dead-letter')

  expect(await call('batches-create', { batch: 'superseded-late' }, batchRequest('large', 2100))).toBe(202)
  interceptNext(
    ({ method, key }) => method === 'part' && isImageList(key),
    () => lose(deployed, 'superseded-late/batch.json'),
  )
  await drain()

  expect(await call('batches-create', { batch: 'unread-late' }, batchRequest('large', 2100))).toBe(202)
  const annotations = [...world.stored].find(([uri]) => /raw\/large\/.*annotations-bbox.csv$/.test(uri))!
  world.stored.set(annotations[0], memoryObject('replaced'))
  await drain()
  world.stored.set(...annotations)
}

/** Copies images that exist, are missing, denied or already present; twice, cancelled, and read in between. */
async function copying(deployed: DeployedWorld): Promise<void> {
  const { call, drain, world } = deployed
  const batch = 'small'
  const readAll = async () => {
    for (const name of ['get', 'get-copy', 'list-images']) expect(await call(`batches-${name}`, { batch })).toBe(200)
    expect(await call('batches-create', { batch }, batchRequest('chosen', 60))).toBe(200)
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
  await drain((message) => (message.chunk === 0 ? 'lost' : 'done'))
  await readAll()
  expect(await call('batches-cancel-copy', { batch })).toBe(200)
  await readAll()
  for (let time = 0; time < 2; time++) {
    expect(await call('batches-start-copy', { batch })).toBe(202)
    await drain()
  }
  await readAll()
  expect(await call('batches-cancel-copy', { batch })).toBe('wrong-state')
  expect(await call('batches-start-copy', { batch: 'large' })).toBe(202)
  await drain()
  expect(await call('batches-start-copy', { batch: 'large' })).toBe(200)

  const at = `s3://${deployed.config.bucket}/${deployed.config.dataPrefix}augmentation`
  expect(await call('batches-create', { batch: 'own' }, batchRequest('own'))).toBe(201)
  world.stored.delete(`${at}/${imageId(1)}.jpg`)
  expect(await call('batches-start-copy', { batch: 'own' })).toBe(202)
  await drain()
}

async function brokenCopies(deployed: DeployedWorld): Promise<void> {
  const { call, drain } = deployed
  const start = async (batch: string) => {
    if ((await call('batches-get', { batch })) === 'not-found')
      expect(await call('batches-create', { batch }, batchRequest('browsed'))).toBe(201)
    expect(await call('batches-start-copy', { batch })).toBe(202)
  }
  await start('unsent')
  await drain(() => 'dead-letter')
  await start('unsent')
  await drain((message) => (message.task === undefined ? 'dead-letter' : 'done'))
  await start('crashed-worker')
  await drain(() => 'crash-dead-letter')
  await start('resumed')
  await drain(() => 'crash')
  await start('resumed')
  await drain()

  // The batch is deleted while a worker copies: the worker removes what it wrote.
  for (const fate of ['done', 'dead-letter'] as const) {
    await start('gone')
    await drain((message) => {
      if (message.task !== undefined) return 'done'
      const { batchId } = message.subject as { batchId: string } // it is about a batch
      lose(deployed, 'gone/batch.json')
      lose(deployed, `gone/images-${batchId}.jsonl`)
      leaveCopy(deployed, `gone/images/${imageId(1)}.jpg`, batchId)
      leave(deployed, `gone/copies/${batchId}/1/0000.json`)
      lose(deployed, `gone/copies/${batchId}/1/start.json`)
      return fate
    })
  }
}

/** Writes manifests with and without boxes and provenance, of few and many images, and of a batch that is deleted meanwhile. */
async function manifests(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext } = deployed
  const boxes: Request = { body: { boxes: 'open-images', provenance: true, verify: true } }
  // A read of each copy, or one list of all of them.
  for (const limit of ['2', '1000'])
    expect(await call('batches-list-images', { batch: 'small' }, { query: { limit, verify: 'true' } })).toBe(200)
  const key = uriAt(deployed, 'small/batch.json')
  const existing = deployed.world.stored.get(key)!
  expect(await call('batches-get-manifest', { batch: 'small' })).toBe('not-found')
  expect(await call('batches-write-manifest', { batch: 'small' }, VALIDATE)).toBe(200)
  expect(await call('batches-write-manifest', { batch: 'small' }, boxes)).toBe(201)
  expect(await call('batches-get-manifest', { batch: 'small' })).toBe(200)
  expect(await call('batches-write-manifest', { batch: 'large' }, boxes)).toBe(201)
  expect(await call('batches-get-manifest', { batch: 'large' })).toBe(303)
  interceptNext(({ method, key }) => method === 'complete' && key.endsWith('input.manifest'), 'before')
  expect(await call('batches-write-manifest', { batch: 'large' }, boxes)).toBe('crashed')

  const facts = [...deployed.world.stored].find(([uri]) => /raw\/chosen\/.*images.csv$/.test(uri))!
  deployed.world.stored.delete(facts[0])
  expect(await call('batches-write-manifest', { batch: 'small' }, boxes)).toBe('corrupt-state')
  deployed.world.stored.set(...facts)

  interceptNext(
    ({ method }) => method === 'put',
    () => lose(deployed, 'small/batch.json'),
  )
  expect(await call('batches-write-manifest', { batch: 'small' }, boxes)).toBe('not-found')
  deployed.world.stored.set(key, existing)
}

/** Deletes batches with all that was written for them, including ended labeling jobs, and one whose state is corrupt. */
export async function deleting(deployed: DeployedWorld): Promise<void> {
  const { call, drain } = deployed
  expect(await call('batches-delete', { batch: 'small' }, VALIDATE)).toBe(200)
  leave(deployed, 'small/images/holiday.jpg')
  expect(await call('batches-delete', { batch: 'small' })).toBe(200)
  expect(await call('batches-delete', { batch: 'large' })).toBe(202)
  await drain()
  expect(await call('batches-get', { batch: 'large' })).toBe('not-found')

  for (const batch of ['corrupt', 'corrupt-late']) {
    leave(deployed, `${batch}/batch.json`)
    leave(deployed, `${batch}/images/${imageId(1)}.jpg`)
    leave(deployed, `${batch}/images-abcdefgh01234567.jsonl`)
    leave(deployed, `${batch}/cats/manifests/output/output.manifest`)
  }
  for (let round = 0; round < 1000; round++) leave(deployed, `corrupt-late/copies/abcdefgh01234567/${round}.json`)
  expect(await call('batches-delete', { batch: 'corrupt' })).toBe(200)
  expect(await call('batches-delete', { batch: 'corrupt-late' })).toBe(202)
  await drain()
}
