import { beforeAll, describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import type { ChunkMessage } from '../../shared/platform/fan-out/messages.ts'
import type { TaskMessage } from '../../shared/workers/run-task.ts'
import { drain } from '../support/broker/drain.ts'
import { workersOn } from '../support/broker/workers.ts'
import { interleaveAtEachCall } from '../support/crash/fault-at-each-call.ts'
import { retryUntilDoneOr } from '../support/crash/retry.ts'
import { cats, petsWorld } from '../support/fixtures/pets.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { eventsIn } from '../support/world/events.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'
import { wrongInBatch } from './batch-invariants.ts'
import { batchScenario } from './batch-scenarios.ts'
import { batchRequest, copyUntilDone, notCopied, portsOnCopy, selectedWorld, shrinkChunks, tick } from './copying.ts'

let world: World
beforeAll(async () => {
  world = await selectedWorld(6)
})

/** Deletes a batch and creates another one of the same name, with fewer images. */
async function recreate(ports: MemoryPorts, images: number): Promise<void> {
  await retryUntilDoneOr(() => cancelCopy('b', ports), 'wrong-state', 'not-found')
  await deleteBatch('b', ports)
  await createBatch('b', batchRequest(images, 1), ports)
  shrinkChunks(ports.world, 'b')
}

/** Returns every message that may exist for a batch: of its run, its deletion and its copy. */
function possibleMessages(world: World): (TaskMessage | ChunkMessage)[] {
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

/** The two consumers that may receive a late message. */
const CONSUMERS = [
  ['a worker', 'run'],
  ['the dead-letter consumer', 'deadLetter'],
] as const

describe('a recreated batch', () => {
  it.each(CONSUMERS)(
    'is unaffected when %s receives messages of the deleted batch, at any time',
    async (_, consume) => {
      for (let at = 0; at < 8; at++) {
        const ports = portsOnCopy(world)
        await startCopy('b', ports)
        await drain(ports, { lost: (message) => 'chunk' in message && message.chunk === 1 })
        const late = possibleMessages(ports.world)
        await recreate(ports, 3)
        const { batchId } = jsonAt(ports.world, 'data/b/batch.json')
        const deliverAll = async () => {
          for (const message of late) await workersOn(ports)[consume](message)
        }
        let messages = 0
        if (at === 0) await deliverAll()
        tick(ports)
        await startCopy('b', ports)
        const atThisPoint = async () => {
          messages += 1
          if (messages === at) await deliverAll()
        }
        await drain(ports, { after: atThisPoint })
        if (messages < at) await deliverAll()
        expect([at, ...wrongInBatch(ports.world, 'b', world), ...notCopied(ports)]).toEqual([at])
        const published = eventsIn(ports.world).map(({ type, data }) => [type, data.batchId])
        expect(published).toEqual([
          ['batch.selected', batchId],
          ['batch.copied', batchId],
        ])
      }
    },
  )

  it.each([
    ['copying', async (ports: MemoryPorts) => void (await startCopy('b', ports))],
    ['deleting', async (ports: MemoryPorts) => void (await deleteBatch('b', ports))],
  ])('is complete although workers of the deleted batch hang at any call: %s', async (_, start) => {
    const scenario = batchScenario(
      'recreated',
      async () => world,
      async (ports) => {
        await start(ports).catch(() => undefined)
        await drain(ports)
        ports.world.pause = () => Promise.resolve()
        if (!jsonAt(ports.world, 'data/b/batch.json')) await createBatch('b', batchRequest(3, 1), ports)
        await copyUntilDone(ports)
      },
      notCopied,
    )
    const act = async (ports: MemoryPorts) => {
      await retryUntilDoneOr(() => recreate(ports, 3), 'not-found')
      if (jsonAt(ports.world, 'data/b/batch.json')) await copyUntilDone(ports)
    }
    const { wrong } = await interleaveAtEachCall(scenario, act)
    expect(wrong).toEqual([])
  })

  it('is not copied by a worker of the deleted batch that has read an open round', async () => {
    const ports = portsOnCopy(world)
    await startCopy('b', ports)
    let hung = true
    ports.world.pause = async ({ key }) => {
      if (!key.endsWith('/1/0000.json') || !hung) return
      hung = false
      await recreate(ports, 3)
    }
    await drain(ports)
    expect(hung).toBe(false)
    expect(ports.world.calls.filter(({ method }) => method === 'copy')).toEqual([])
  })

  it.each(CONSUMERS)(
    'is neither selected, failed nor deleted when %s receives messages of the deleted batch',
    async (_, consume) => {
      const ports = portsOnCopy(world)
      const late = possibleMessages(ports.world)
      await deleteBatch('b', ports)
      await createBatch('b', batchRequest(3000), ports)
      for (const message of late) await workersOn(ports)[consume](message)
      const selecting = jsonAt(ports.world, 'data/b/batch.json')
      expect(selecting.state).toBe('selecting')
      await drain(ports)
      const deleting = { ...jsonAt(ports.world, 'data/b/batch.json'), state: 'deleting' }
      ports.world.stored.set('s3://work/data/b/batch.json', memoryObject(JSON.stringify(deleting)))
      for (const message of late) await workersOn(ports)[consume](message)
      expect(jsonAt(ports.world, 'data/b/batch.json')).toEqual(deleting)
    },
  )

  it('is complete although two workers select images of the deleted batch and hang at any call', async () => {
    const before = await petsWorld(cats(6))
    const scenario = batchScenario(
      'recreated while selecting',
      async () => before,
      async (ports) => {
        await createBatch('b', batchRequest(3000), ports)
        await drain(ports)
        ports.world.pause = () => Promise.resolve()
        await copyUntilDone(ports)
      },
      notCopied,
    )
    const act = async (ports: MemoryPorts) => {
      if (!jsonAt(ports.world, 'data/b/batch.json')) return
      await createBatch('b', batchRequest(3000), ports)
      await drain(ports)
      await recreate(ports, 3)
    }
    const { wrong } = await interleaveAtEachCall(scenario, act)
    expect(wrong).toEqual([])
  })
})
