import { expect } from '@jest/globals'
import { publishEvent } from '../../shared/platform/state/domain-event.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { VALIDATE } from './arrange.ts'
import type { DeployedWorld } from './deployed-world.ts'
import type { Request } from './events.ts'

/** Registers, calls and removes webhooks, with failing and gone receivers. */
export const WEBHOOK_JOURNEYS = [hooking, delivering, failing, removing]

const RECEIVER_URL = 'https://hooks.groundwork.dev/in'
const hook = (url = RECEIVER_URL): Request => ({ body: { url, events: ['batch.copied'] } })

/** Publishes an event and delivers it. */
async function publish({ config, drain, world }: DeployedWorld, dedupKey: number): Promise<void> {
  const data = { batch: 'b', batchId: 'id1' }
  const event = { type: 'batch.copied' as const, subject: 'b', dedupKey, timestamp: world.now.toISOString(), data }
  await publishEvent(event, memoryPorts({ world, config }))
  await drain()
}

const deliveries = async ({ listAll }: DeployedWorld): Promise<string[]> => {
  const items = await listAll('webhooks-list-deliveries', { webhook: 'mine' })
  return items.map((item) => (item as { delivery: string }).delivery) // as its schema says
}

async function hooking({ call, listAll }: DeployedWorld): Promise<void> {
  const webhook = 'mine'
  for (const name of ['get', 'remove', 'list-deliveries', 'send-test', 'rotate-secret', 'enable'])
    expect(await call(`webhooks-${name}`, { webhook })).toBe('not-found')
  expect(await call('webhooks-register', { webhook }, { ...hook(), ...VALIDATE })).toBe(200)
  expect(await call('webhooks-register', { webhook }, hook())).toBe(201)
  expect(await call('webhooks-register', { webhook }, hook())).toBe(200)
  expect(await call('webhooks-register', { webhook }, hook(`${RECEIVER_URL}/other`))).toBe('conflict')
  expect(await call('webhooks-register', { webhook: 'other' }, hook())).toBe(201)
  expect(await call('webhooks-get', { webhook })).toBe(200)
  expect(await call('webhooks-rotate-secret', { webhook })).toBe(201)
  expect(await call('webhooks-enable', { webhook })).toBe(200)
  expect(await listAll('webhooks-list')).toHaveLength(2)
}

/** Delivers events, also repeatedly and with a write whose answer was lost. */
async function delivering(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext, drain } = deployed
  interceptNext(({ port, key }) => port === 'messages' && key === 'deliveries', 'before')
  await publish(deployed, 1)
  await publish(deployed, 1)
  interceptNext(({ method, key }) => method === 'put' && key.includes('/deliveries/'), 'refused')
  expect(await call('webhooks-send-test', { webhook: 'mine' })).toBe(202)
  await drain()
  const [delivery = ''] = await deliveries(deployed)
  const none = delivery.replace(/.{16}$/, '0'.repeat(16))
  for (const name of ['webhooks-get-delivery', 'webhooks-redeliver']) {
    expect(await call(name, { webhook: 'nobodys', delivery })).toBe('not-found')
    expect(await call(name, { webhook: 'mine', delivery: none })).toBe('not-found')
  }
  expect(await call('webhooks-get-delivery', { webhook: 'mine', delivery })).toBe(200)
  expect(await call('webhooks-redeliver', { webhook: 'mine', delivery })).toBe(202)
  await drain()
}

/** Receivers that fail permanently and that are gone (410). */
async function failing(deployed: DeployedWorld): Promise<void> {
  const { call, world } = deployed
  world.receivers.set(RECEIVER_URL, { status: 500 })
  await publish(deployed, 2)
  world.receivers.set(RECEIVER_URL, { status: 410 })
  await publish(deployed, 3)
  expect(await call('webhooks-send-test', { webhook: 'mine' })).toBe('wrong-state')
  await publish(deployed, 4)
}

/** Removes webhooks with pending deliveries. An interrupted removal leaves one that its own message removes. */
async function removing(deployed: DeployedWorld): Promise<void> {
  const { call, drain, interceptNext } = deployed
  expect(await call('webhooks-enable', { webhook: 'mine' })).toBe(200)
  expect(await call('webhooks-send-test', { webhook: 'mine' })).toBe(202)
  interceptNext(({ method, key }) => method === 'list' && key.includes('/deliveries/'), 'before')
  expect(await call('webhooks-remove', { webhook: 'mine' })).toBe('crashed')
  await drain()
  expect(await call('webhooks-remove', { webhook: 'mine' })).toBe(204)
  expect(await call('webhooks-enable', { webhook: 'other' })).toBe(200)
  expect(await call('webhooks-send-test', { webhook: 'other' })).toBe(202)
  expect(await call('webhooks-remove', { webhook: 'other' })).toBe(204)
  await drain()
}
