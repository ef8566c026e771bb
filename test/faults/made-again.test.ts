import { beforeAll, describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import type { ChunkMessage } from '../../shared/platform/fan-out/messages.ts'
import { runChunk } from '../../shared/platform/fan-out/run-round.ts'
import { deadLetter } from '../../shared/workers/dead-letter.ts'
import { toRoundRef } from '../../shared/workers/registry.ts'
import { runTask, type TaskMessage } from '../../shared/workers/run-task.ts'
import { besideEachCall } from '../support/crash/each-call.ts'
import { cats, petsWorld } from '../support/fixtures/pets.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { drain } from '../support/world/drain.ts'
import { eventsIn } from '../support/world/events.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { memoryObject, type World } from '../support/world/world.ts'
import { wrongInBatch } from './batch-invariants.ts'
import { ofBatch } from './batch-scenarios.ts'
import { chosenWorld, copyInsisting, cutSmall, notCopied, portsOver, requestFor, tick } from './copying.ts'
import { insistOrFind } from './insisting.ts'

let world: World
beforeAll(async () => {
  world = await chosenWorld(6)
})

/** Ends a batch, and makes another of its name: of other images, where `images` is less. */
async function makeAgain(ports: MemoryPorts, images: number): Promise<void> {
  await insistOrFind(() => cancelCopy('b', ports), 'wrong-state', 'not-found')
  await deleteBatch('b', ports)
  await createBatch('b', requestFor(images, 1), ports)
  cutSmall(ports.world, 'b')
}

/** Every message there may be of a batch: of its choice, its copying, its deletion. */
function messagesOf(world: World): (TaskMessage | ChunkMessage)[] {
  const { batchId } = jsonAt(world, 'data/b/batch.json')
  const common = { requestId: 'late' }
  const subject = { batch: 'b', batchId }
  const round = { ...common, job: 'copy-images', subject, round: 1 }
  return [
    { ...common, task: 'run-batch', batch: 'b', batchId },
    { ...common, task: 'delete-batch', batch: 'b', batchId },
    { ...round, task: 'start-round' },
    ...[0, 1, 2].map((chunk) => ({ ...round, chunk })),
  ]
}

async function bring(message: TaskMessage | ChunkMessage, ports: MemoryPorts): Promise<void> {
  if ('task' in message) await runTask(message, ports)
  else await runChunk(toRoundRef(message), message.chunk, ports)
}

describe('a batch that is made again', () => {
  it.each([
    ['worked on', bring],
    ['given up', deadLetter],
  ])('is not touched by messages of the one before, which are %s at every later point', async (_, work) => {
    for (let at = 0; at < 8; at++) {
      const ports = portsOver(world)
      await startCopy('b', ports)
      await drain(ports, { lost: (message) => 'chunk' in message && message.chunk === 1 })
      const late = messagesOf(ports.world)
      await makeAgain(ports, 3)
      const { batchId } = jsonAt(ports.world, 'data/b/batch.json')
      const deliverAll = async () => {
        for (const message of late) await work(message, ports)
      }
      let messages = 0
      if (at === 0) await deliverAll()
      tick(ports)
      await startCopy('b', ports)
      const inTime = async () => {
        messages += 1
        if (messages === at) await deliverAll()
      }
      await drain(ports, { after: inTime })
      if (messages < at) await deliverAll()
      expect([at, ...wrongInBatch(ports.world, 'b', world), ...notCopied(ports)]).toEqual([at])
      const told = eventsIn(ports.world).map(({ type, data }) => [type, data.batchId])
      expect(told).toEqual([
        ['batch.selected', batchId],
        ['batch.copied', batchId],
      ])
    }
  })

  it.each([
    ['copying', async (ports: MemoryPorts) => void (await startCopy('b', ports))],
    ['deleting', async (ports: MemoryPorts) => void (await deleteBatch('b', ports))],
  ])('is whole though the one before was being worked on while any call of that hung: %s', async (_, start) => {
    const scenario = ofBatch(
      'made again',
      async () => world,
      async (ports) => {
        await start(ports).catch(() => undefined)
        await drain(ports)
        ports.world.pause = () => Promise.resolve()
        if (!jsonAt(ports.world, 'data/b/batch.json')) await createBatch('b', requestFor(3, 1), ports)
        await copyInsisting(ports)
      },
      notCopied,
    )
    const act = async (ports: MemoryPorts) => {
      await insistOrFind(() => makeAgain(ports, 3), 'not-found')
      if (jsonAt(ports.world, 'data/b/batch.json')) await copyInsisting(ports)
    }
    const { wrong } = await besideEachCall(scenario, act)
    expect(wrong).toEqual([])
  })

  it('is not copied by a worker of the one before, who had found an open round', async () => {
    const ports = portsOver(world)
    await startCopy('b', ports)
    let hung = true
    ports.world.pause = async ({ key }) => {
      if (!key.endsWith('/1/0000.json') || !hung) return
      hung = false
      await makeAgain(ports, 3)
    }
    await drain(ports)
    expect(hung).toBe(false)
    expect(ports.world.calls.filter(({ method }) => method === 'copy')).toEqual([])
  })

  it.each([
    ['worked on', bring],
    ['given up', deadLetter],
  ])('is neither chosen, failed nor deleted by messages of the one before that are %s', async (_, work) => {
    const ports = portsOver(world)
    const late = messagesOf(ports.world)
    await deleteBatch('b', ports)
    await createBatch('b', requestFor(3000), ports)
    for (const message of late) await work(message, ports)
    const selecting = jsonAt(ports.world, 'data/b/batch.json')
    expect(selecting.state).toBe('selecting')
    await drain(ports)
    const deleting = { ...jsonAt(ports.world, 'data/b/batch.json'), state: 'deleting' }
    ports.world.stored.set('s3://work/data/b/batch.json', memoryObject(JSON.stringify(deleting)))
    for (const message of late) await work(message, ports)
    expect(jsonAt(ports.world, 'data/b/batch.json')).toEqual(deleting)
  })

  it('is whole though the images of the one before were being chosen twice, and any call of that hung', async () => {
    const before = await petsWorld(cats(6))
    const scenario = ofBatch(
      'made again while chosen',
      async () => before,
      async (ports) => {
        await createBatch('b', requestFor(3000), ports)
        await drain(ports)
        ports.world.pause = () => Promise.resolve()
        await copyInsisting(ports)
      },
      notCopied,
    )
    const act = async (ports: MemoryPorts) => {
      if (!jsonAt(ports.world, 'data/b/batch.json')) return
      await createBatch('b', requestFor(3000), ports)
      await drain(ports)
      await makeAgain(ports, 3)
    }
    const { wrong } = await besideEachCall(scenario, act)
    expect(wrong).toEqual([])
  })
})
