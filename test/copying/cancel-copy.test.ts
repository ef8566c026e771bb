import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { getBatch } from '../../shared/batches/record/store.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { copyImagesJob } from '../../shared/copying/copy-images-job.ts'
import type { CopyRound } from '../../shared/copying/receipts.ts'
import { getCopy, startCopy } from '../../shared/copying/start-copy.ts'
import { deadLetterChunks, dispatchRound, runChunk } from '../../shared/platform/fan-out/run-round.ts'
import { drain } from '../support/broker/drain.ts'
import { listBatchKeys } from '../support/fixtures/pets.ts'
import { type Call, SimulatedCrash } from '../support/world/call.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { afterMessages, callsTo, completeCopy, copyEvents, readStatus, selectedBatch } from './pets-copy.ts'

describe('DELETE /v1/batches/{batch}/copy', () => {
  it.each([0, 1, 2, 3])(
    'keeps the copies and starts nothing more when it comes after %i messages',
    async (cancelAt) => {
      const ports = await selectedBatch(75)
      await startCopy('b', ports)
      let copyCount = 0
      const cancel = async () => {
        expect(await cancelCopy('b', ports)).toMatchObject({ state: 'cancelled' })
        copyCount = callsTo(ports.world, 'copy').length
      }
      if (cancelAt === 0) await cancel()
      await drain(ports, { after: afterMessages(cancelAt, cancel) })
      expect(callsTo(ports.world, 'copy')).toHaveLength(copyCount)
      const progress = await getCopy('b', ports)
      expect(progress).toMatchObject({ state: 'cancelled', copied: copyCount, pending: 75 - copyCount })
      expect(copyEvents(ports.world)).toEqual([])
      expect(await readStatus(ports)).toBe('incomplete')
      await completeCopy(ports)
      expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', round: 2, copied: 75 })
      expect(callsTo(ports.world, 'copy')).toHaveLength(75)
    },
  )

  it('returns the same progress when it is repeated, and is refused once the copy has ended', async () => {
    const ports = await selectedBatch(1)
    await startCopy('b', ports)
    const first = await cancelCopy('b', ports)
    expect(await cancelCopy('b', ports)).toEqual(first)
    await completeCopy(ports)
    await expect(cancelCopy('b', ports)).rejects.toEqual(
      expect.objectContaining({ code: 'wrong-state', message: expect.stringContaining('copied') }),
    )
  })

  it('leaves no object behind and publishes no event when the batch is deleted while a worker is busy', async () => {
    const ports = await selectedBatch(2)
    await startCopy('b', ports)
    let isDeleted = false
    const copier: MemoryPorts['copier'] = {
      ...ports.copier,
      copy: async (request) => {
        if (!isDeleted) {
          isDeleted = true
          await cancelCopy('b', ports)
          await deleteBatch('b', ports)
        }
        return ports.copier.copy(request)
      },
    }
    await drain({ ...ports, copier })
    expect(isDeleted).toBe(true)
    expect(listBatchKeys('b', ports.world)).toEqual([])
    expect(copyEvents(ports.world)).toEqual([])
  })

  it.each<[string, (round: CopyRound, ports: MemoryPorts) => Promise<void>]>([
    ['a late message', (round, ports) => dispatchRound(round, {}, ports)],
    [
      'a dead letter',
      (round, ports) => deadLetterChunks(round, 'round', new AppError('internal', 'It failed.'), ports),
    ],
  ])('leaves no object behind when the batch is deleted while %s ends its round once more', async (_, endAgain) => {
    const ports = await selectedBatch(2)
    await startCopy('b', ports)
    const { batchId } = (await getBatch('b', ports)).value
    const round = { job: copyImagesJob, subject: { batch: 'b', batchId }, round: 1 }
    const isEnd = ({ method, key }: Call) => method === 'put' && key.endsWith(`${batchId}/1.json`)
    // The receipt is there, and the end of the round is not.
    ports.world.fault = (call) => (isEnd(call) ? 'before' : undefined)
    await expect(runChunk(round, 0, ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    let isDeleted = false
    ports.world.pause = async (call) => {
      if (!isEnd(call) || isDeleted) return
      isDeleted = true
      await runChunk(round, 0, ports)
      await deleteBatch('b', ports)
    }
    await endAgain(round, ports)
    expect(isDeleted).toBe(true)
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })

  it('leaves no object behind when a worker writes copies just before the deletion removes the state object', async () => {
    const ports = await selectedBatch(2)
    await startCopy('b', ports)
    let deleting: Promise<unknown> | undefined
    const resumeDeletion = Promise.withResolvers<void>()
    const deletionPaused = Promise.withResolvers<void>()
    // The deletion has removed all but the state object when the worker writes its copies.
    const pausingObjects: MemoryPorts['objects'] = {
      ...ports.objects,
      remove: async (removals) => {
        if (removals.some(({ key }) => key === 'data/b/batch.json')) {
          deletionPaused.resolve()
          await resumeDeletion.promise
        }
        return ports.objects.remove(removals)
      },
    }
    const copier: MemoryPorts['copier'] = {
      ...ports.copier,
      copy: async (request) => {
        if (!deleting) {
          await cancelCopy('b', ports)
          deleting = deleteBatch('b', { ...ports, objects: pausingObjects })
          await deletionPaused.promise
        }
        return ports.copier.copy(request)
      },
    }
    await drain({ ...ports, copier })
    resumeDeletion.resolve()
    await deleting
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })

  it('is refused for a copy that was never started, naming the call that starts it', async () => {
    await expect(cancelCopy('b', await selectedBatch(1))).rejects.toEqual(
      expect.objectContaining({ code: 'not-found', message: expect.stringContaining('POST /v1/batches/b/copy') }),
    )
  })

  it('keeps the copies of a worker that is busy, and a POST then completes the batch', async () => {
    const ports = await selectedBatch(2)
    await startCopy('b', ports)
    let isCancelled = false
    const copier: MemoryPorts['copier'] = {
      ...ports.copier,
      copy: async (request) => {
        if (!isCancelled) await cancelCopy('b', ports)
        isCancelled = true
        return ports.copier.copy(request)
      },
    }
    await drain({ ...ports, copier })
    expect(await getCopy('b', ports)).toMatchObject({ state: 'cancelled', copied: 2, pending: 0 })
    expect(await readStatus(ports)).toBe('copied')
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 2 })
    expect(copyEvents(ports.world)).toHaveLength(1)
  })
})
