import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { getCopy, startCopy } from '../../shared/copying/start-copy.ts'
import { drain } from '../support/broker/drain.ts'
import { crashAtEachCall } from '../support/crash/crash-at-each-call.ts'
import { retryUntilDone } from '../support/crash/retry.ts'
import { jpeg, toSourceUri } from '../support/fixtures/pets.ts'
import { isImageList } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { copyWorld } from '../support/world/world.ts'
import { callsTo, catRequest, completeCopy, copyEvents, readImages, selectedBatch } from './pets-copy.ts'

describe('messages of a copy', () => {
  it.each([
    ['are duplicated', { times: 2 }],
    ['arrive in reverse order', { reversed: true }],
    ['are duplicated and arrive in reverse order', { times: 2, reversed: true }],
  ])('copies each image once and publishes one event when messages %s', async (_, delivery) => {
    const ports = await selectedBatch(60)
    await startCopy('b', ports)
    await drain(ports, delivery)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 60 })
    expect(callsTo(ports.world, 'copy')).toHaveLength(60)
    expect(new Set(copyEvents(ports.world).map(({ id }) => id)).size).toBe(1)
  })

  it('ignores late messages of a round that has ended', async () => {
    const ports = await selectedBatch(2)
    await startCopy('b', ports)
    const late = { tasks: [...ports.world.sent.tasks], chunks: [] as unknown[] }
    await drain(ports, { after: async () => void late.chunks.push(...ports.world.sent.chunks) })
    expect([late.tasks.length, late.chunks.length]).toEqual([1, 1])
    const stored = new Map(ports.world.stored)
    ports.world.sent.tasks.push(...late.tasks)
    ports.world.sent.chunks.push(...late.chunks)
    await drain(ports)
    expect(ports.world.stored).toEqual(stored)
    expect(copyEvents(ports.world)).toHaveLength(1)
  })

  it('ignores messages of a batch that was deleted and recreated', async () => {
    const ports = await selectedBatch(3)
    await startCopy('b', ports)
    const late = [...ports.world.sent.tasks]
    await cancelCopy('b', ports)
    await deleteBatch('b', ports)
    await createBatch('b', catRequest(1), ports)
    const stored = new Map(ports.world.stored)
    ports.world.sent.tasks.splice(0, Infinity, ...late)
    await drain(ports)
    expect(ports.world.stored).toEqual(stored)
  })

  it('records a chunk as failed when its message is dead-lettered, and the round ends', async () => {
    const ports = await selectedBatch(60)
    const readError = new Error('boom')
    let chunk = 0
    ports.world.fault = ({ key, range }) => {
      if (!isImageList(key) || !range) return undefined
      chunk ||= range.start
      // All four deliveries fail. The dead-letter consumer then reads the images of the chunk successfully.
      return chunk > 0 && range.start === chunk && failures-- > 0 ? readError : undefined
    }
    let failures = 4
    await completeCopy(ports)
    const progress = await getCopy('b', ports)
    expect(progress).toMatchObject({ state: 'incomplete', copied: 35, failed: 25 })
    expect(ports.world.logged).toContainEqual(
      expect.objectContaining({
        event: 'chunk.dead_lettered',
        fields: { deadLettered: 1, reason: progress.failures[0]?.reason },
      }),
    )
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 2, copied: 60 })
  })

  it('records every chunk as failed when the round cannot be dispatched, and the round ends', async () => {
    const ports = await selectedBatch(60)
    ports.world.fault = ({ method, key }) => (method === 'send' && key === 'chunks' ? new Error('no queue') : undefined)
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', failed: 60 })
    expect(copyEvents(ports.world).map(({ type }) => type)).toEqual(['batch.incomplete'])
  })
})

describe('crashes while a batch is copied', () => {
  it('copies every image and publishes events with one id wherever the process crashes', async () => {
    const { world } = await selectedBatch(30)
    const work = async (ports: MemoryPorts) => {
      await retryUntilDone(() => startCopy('b', ports))
      await drain(ports)
    }
    const ids = new Set<string>()
    const crashes = await crashAtEachCall(world, work, async (ports, where) => {
      const { state, copied: good, failures } = await getCopy('b', ports)
      expect([where, state, good, failures]).toEqual([where, 'copied', 30, []])
      expect([where, (await readImages(ports)).filter(({ copy }) => copy === 'copied').length]).toEqual([where, 30])
      const events = copyEvents(ports.world)
      expect([where, events.length >= 1, events.length <= 2]).toEqual([where, true, true])
      for (const { id } of events) ids.add(id)
    })
    expect(crashes).toBeGreaterThan(80)
    expect(ids.size).toBe(1)
  })

  it('completes a second round wherever the process crashes', async () => {
    const ports = await selectedBatch(3)
    ports.world.stored.delete(toSourceUri(2))
    await completeCopy(ports)
    ports.world.stored.set(toSourceUri(2), memoryObject(jpeg(4, 4)))
    const world = { ...copyWorld(ports.world), ids: ports.world.ids }
    const work = async (crashing: MemoryPorts) => {
      await retryUntilDone(() => startCopy('b', crashing))
      await drain(crashing)
    }
    await crashAtEachCall(world, work, async (afterCrash, where) => {
      const { state, round, copied: good } = await getCopy('b', afterCrash)
      expect([where, state, round, good]).toEqual([where, 'copied', 2, 3])
    })
  })

  it('counts an image as copied when the worker crashes right after copying it', async () => {
    const ports = await selectedBatch(1)
    let hasCrashed = false
    ports.world.fault = ({ method }) => {
      if (method !== 'copy' || hasCrashed) return undefined
      hasCrashed = true
      return 'after'
    }
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ copied: 1, present: 0 })
  })
})
