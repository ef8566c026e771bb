import { expect } from '@jest/globals'
import { publishEvent } from '../../shared/platform/state/domain-event.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { VALIDATE } from './arranged.ts'
import type { DeployedWorld, Request } from './deployed-world.ts'

/** Webhooks: registered, called, failing, gone, removed. */
export const WEBHOOK_JOURNEYS = [hooking, delivering, failing, removing]

const URL_OF_OURS = 'https://hooks.groundwork.dev/in'
const hook = (url = URL_OF_OURS): Request => ({ body: { url, events: ['batch.copied'] } })

/** Something happens, and all that follows is done. */
async function happen({ config, work, world }: DeployedWorld, dedupKey: number): Promise<void> {
  const data = { batch: 'b', batchId: 'id1' }
  const happening = { type: 'batch.copied' as const, subject: 'b', dedupKey, timestamp: world.now.toISOString(), data }
  await publishEvent(happening, memoryPorts({ world, config }))
  await work()
}

const deliveries = async ({ walk }: DeployedWorld): Promise<string[]> => {
  const items = await walk('webhooks-list-deliveries', { webhook: 'mine' })
  return items.map((item) => (item as { delivery: string }).delivery) // as its schema says
}

async function hooking({ call, walk }: DeployedWorld): Promise<void> {
  const webhook = 'mine'
  for (const name of ['get', 'remove', 'list-deliveries', 'send-test', 'rotate-secret', 'enable'])
    expect(await call(`webhooks-${name}`, { webhook })).toBe('not-found')
  expect(await call('webhooks-register', { webhook }, { ...hook(), ...VALIDATE })).toBe(200)
  expect(await call('webhooks-register', { webhook }, hook())).toBe(201)
  expect(await call('webhooks-register', { webhook }, hook())).toBe(200)
  expect(await call('webhooks-register', { webhook }, hook(`${URL_OF_OURS}/other`))).toBe('conflict')
  expect(await call('webhooks-register', { webhook: 'other' }, hook())).toBe(201)
  expect(await call('webhooks-get', { webhook })).toBe(200)
  expect(await call('webhooks-rotate-secret', { webhook })).toBe(201)
  expect(await call('webhooks-enable', { webhook })).toBe(200)
  expect(await walk('webhooks-list')).toHaveLength(2)
}

/** Also what was done already, and written without an answer. */
async function delivering(deployed: DeployedWorld): Promise<void> {
  const { call, next, work } = deployed
  next(({ port, key }) => port === 'messages' && key === 'deliveries', 'before')
  await happen(deployed, 1)
  await happen(deployed, 1)
  next(({ method, key }) => method === 'put' && key.includes('/deliveries/'), 'refused')
  expect(await call('webhooks-send-test', { webhook: 'mine' })).toBe(202)
  await work()
  const [delivery = ''] = await deliveries(deployed)
  const none = delivery.replace(/.{16}$/, '0'.repeat(16))
  for (const name of ['webhooks-get-delivery', 'webhooks-redeliver']) {
    expect(await call(name, { webhook: 'nobodys', delivery })).toBe('not-found')
    expect(await call(name, { webhook: 'mine', delivery: none })).toBe('not-found')
  }
  expect(await call('webhooks-get-delivery', { webhook: 'mine', delivery })).toBe(200)
  expect(await call('webhooks-redeliver', { webhook: 'mine', delivery })).toBe(202)
  await work()
}

/** Down for good, then gone. */
async function failing(deployed: DeployedWorld): Promise<void> {
  const { call, world } = deployed
  world.receivers.set(URL_OF_OURS, { status: 500 })
  await happen(deployed, 2)
  world.receivers.set(URL_OF_OURS, { status: 410 })
  await happen(deployed, 3)
  expect(await call('webhooks-send-test', { webhook: 'mine' })).toBe('wrong-state')
  await happen(deployed, 4)
}

/** With what was on its way to it. */
async function removing(deployed: DeployedWorld): Promise<void> {
  const { call, work } = deployed
  expect(await call('webhooks-enable', { webhook: 'mine' })).toBe(200)
  expect(await call('webhooks-send-test', { webhook: 'mine' })).toBe(202)
  expect(await call('webhooks-remove', { webhook: 'mine' })).toBe(204)
  await work()
}
