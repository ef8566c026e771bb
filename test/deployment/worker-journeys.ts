import { expect } from '@jest/globals'
import { WORKER } from '../../shared/labeling/workers/state.ts'
import { workerRef } from '../../shared/labeling/workers/store.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { VALIDATE } from './arrange.ts'
import type { DeployedWorld } from './deployed-world.ts'
import type { Request } from './events.ts'

/** Creates workers, opens their links and removes them, also when others do the same at that moment. */
export const WORKER_JOURNEYS = [hiring, racing]

const NOBODY: Request = { body: { secret: '0'.repeat(43) } }
const ofWorkers = ({ world }: DeployedWorld): string[] =>
  [...world.stored.keys()].filter((uri) => /\/system\/labeling-(workers|links)\//.test(uri))

async function hiring({ call, listAll }: DeployedWorld): Promise<void> {
  const worker = 'ann'
  for (const name of ['get-worker', 'remove-worker', 'rotate-link'])
    expect(await call(`labeling-${name}`, { worker })).toBe('not-found')
  expect(await call('me-open-session', {}, NOBODY)).toBe('unauthorized')
  expect(await call('labeling-create-worker', { worker }, VALIDATE)).toBe(200)
  for (const name of [worker, 'bob']) expect(await call('labeling-create-worker', { worker: name })).toBe(201)
  expect(await call('labeling-create-worker', { worker })).toBe(200)
  expect(await call('labeling-create-worker', { worker }, { body: { seats: 2 } })).toBe('conflict')
  expect(await listAll('labeling-list-workers')).toHaveLength(2)
  expect(await call('labeling-rotate-link', { worker })).toBe(201)
  for (const name of [worker, 'bob']) expect(await call('labeling-remove-worker', { worker: name })).toBe(204)
}

/** Another call creates the worker first, or removes it first. */
async function racing(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext, world, config } = deployed
  const worker = 'ann'
  const { key } = workerRef(worker)
  const uri = `s3://${config.bucket}/${key}`
  const isWrite = (one: { method: string; key: string }): boolean => one.method === 'put' && one.key === key
  expect(await call('labeling-create-worker', { worker })).toBe(201)
  const record = world.stored.get(uri)!
  interceptNext(isWrite, () => world.stored.delete(uri))
  expect(await call('labeling-rotate-link', { worker })).toBe('not-found')
  interceptNext(isWrite, () => void world.stored.set(uri, record))
  expect(await call('labeling-create-worker', { worker })).toBe(200)
  const seen = { ...JSON.parse(Buffer.from(record.bytes).toString()), lastSeenAt: world.now.toISOString() }
  interceptNext(
    ({ method, key: removed }) => method === 'remove' && removed === key,
    () => void world.stored.set(uri, memoryObject(JSON.stringify(WORKER.schema.parse(seen)))),
  )
  expect(await call('labeling-remove-worker', { worker })).toBe(204)
  expect(ofWorkers(deployed)).toEqual([])
}
