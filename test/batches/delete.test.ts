import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch, previewDeletion, resumeDeletion } from '../../shared/batches/delete.ts'
import { previewBatch } from '../../shared/batches/preview.ts'
import { findBatch, getBatch } from '../../shared/batches/record/store.ts'
import { toBatchView } from '../../shared/batches/view.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { drain } from '../support/broker/drain.ts'
import { crashAtEachCall } from '../support/crash/crash-at-each-call.ts'
import { cats, listBatchKeys, petsWorld } from '../support/fixtures/pets.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { slowDown } from '../support/world/slow-calls.ts'

const request = BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3 })

/** Ports over a world with a copied batch `b`, and a batch `bb` whose name begins with the same letter. */
async function copiedBatch(): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(cats(3)) })
  await createBatch('b', request, ports)
  await createBatch('bb', request, ports)
  await startCopy('b', ports)
  await drain(ports)
  return ports
}

/** Adds so many receipts to the folder of batch `b`. */
const addObjects = ({ world }: MemoryPorts, count: number): void => {
  for (let number = 0; number < count; number++)
    world.stored.set(`s3://work/data/b/copies/abcdefgh01234567/${number}.json`, memoryObject('{}'))
}

/** Deletes batch `b`, and retries up to twice, as a caller would. */
async function deleteWithRetries(ports: MemoryPorts): Promise<void> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    try {
      await deleteBatch('b', ports)
      return
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return
      if (attempt === 3) throw error
    }
  }
}

/** Marks batch `b` as `deleting`, as a deletion does that crashes then. Returns its id. */
function markDeleting({ world }: MemoryPorts): string {
  const state = jsonAt(world, 'data/b/batch.json')
  world.stored.set('s3://work/data/b/batch.json', memoryObject(JSON.stringify({ ...state, state: 'deleting' })))
  return state.batchId
}

describe('DELETE /v1/batches/{batch}', () => {
  it('lets a worker remove only a batch that is marked as deleting', async () => {
    const ports = await copiedBatch()
    const stored = new Map(ports.world.stored)
    const { batchId } = (await findBatch('b', ports))?.value ?? { batchId: '' }
    await resumeDeletion({ task: 'delete-batch', batch: 'b', batchId, requestId: 'request-1' }, ports)
    expect(ports.world.stored).toEqual(stored)
  })

  it('removes every object of the batch and none of another batch', async () => {
    const ports = await copiedBatch()
    const otherKeys = listBatchKeys('bb', ports.world)
    expect(listBatchKeys('b', ports.world)).toHaveLength(8)
    expect((await deleteBatch('b', ports))?.kept.objects).toBe(0)
    expect(listBatchKeys('b', ports.world)).toEqual([])
    expect(listBatchKeys('bb', ports.world)).toEqual(otherKeys)
    await expect(deleteBatch('b', ports)).rejects.toEqual(expect.objectContaining({ code: 'not-found' }))
  })

  it('previews in a dry run what it would remove, and removes nothing', async () => {
    const ports = await copiedBatch()
    const stored = new Map(ports.world.stored)
    const bytes = [...stored]
      .filter(([uri]) => uri.startsWith('s3://work/data/b/'))
      .reduce((sum, [, object]) => sum + object.bytes.length, 0)
    expect(await previewDeletion('b', ports)).toEqual({
      location: 's3://work/data/b/',
      objects: 8,
      bytes,
      kept: { objects: 0, keys: [] },
      more: false,
    })
    expect(ports.world.stored).toEqual(stored)
  })

  it('is refused while images are copied, naming the call that cancels the copy, and succeeds after that', async () => {
    const ports = await copiedBatch()
    await deleteBatch('b', ports)
    await createBatch('b', request, ports)
    await startCopy('b', ports)
    const refusal = expect.objectContaining({
      code: 'wrong-state',
      message: expect.stringContaining('DELETE /v1/batches/b/copy'),
    })
    await expect(deleteBatch('b', ports)).rejects.toEqual(refusal)
    await expect(previewDeletion('b', ports)).rejects.toEqual(refusal)
    await cancelCopy('b', ports)
    expect((await deleteBatch('b', ports))?.kept.objects).toBe(0)
  })

  it('leaves no request running when it is refused', async () => {
    const ports = await copiedBatch()
    await createBatch('c', request, ports)
    await startCopy('c', ports)
    const countRunning = slowDown(ports.world, ({ method, key }) => method === 'list' && key === 'data/c/')
    await expect(deleteBatch('c', ports)).rejects.toMatchObject({ code: 'wrong-state' })
    expect(countRunning()).toBe(0)
  })

  it('is refused while the images are being chosen, without reading more than the batch', async () => {
    const ports = await copiedBatch()
    await createBatch('c', { ...request, examplesPerClass: 3000 }, ports)
    ports.world.calls.splice(0)
    await expect(deleteBatch('c', ports)).rejects.toEqual(expect.objectContaining({ code: 'wrong-state' }))
    expect(ports.world.calls.map(({ key }) => key)).toEqual(['data/c/batch.json'])
  })

  it('removes the state object last', async () => {
    const ports = await copiedBatch()
    await deleteBatch('b', ports)
    const removals = ports.world.calls.filter(({ method }) => method === 'remove').map(({ key }) => key)
    expect(removals.at(-1)).toBe('data/b/batch.json')
    expect(removals).toHaveLength(3)
  })

  it('is resumed by the same call wherever it crashed', async () => {
    const ports = await copiedBatch()
    addObjects(ports, 1100)
    const work = async (crashing: MemoryPorts) => {
      await deleteWithRetries(crashing)
      await drain(crashing)
    }
    const crashes = await crashAtEachCall(ports.world, work, async ({ world }, where) => {
      expect([where, listBatchKeys('b', world)]).toEqual([where, []])
    })
    expect(crashes).toBeGreaterThan(5)
  })

  it('keeps the name taken while it is interrupted halfway, and is resumed by the same call', async () => {
    const ports = await copiedBatch()
    addObjects(ports, 2500)
    await deleteBatch('b', ports)
    ports.world.sent.tasks.splice(0)
    // The end of the last round is gone and its chunks are not, as after the first thousand removals.
    for (const uri of ports.world.stored.keys()) if (/\/copies\/\w+\/1\.json$/.test(uri)) ports.world.stored.delete(uri)
    const refusal = expect.objectContaining({ code: 'wrong-state', message: expect.stringContaining('deleted') })
    await expect(createBatch('b', request, ports)).rejects.toEqual(refusal)
    await expect(previewBatch('b', request, ports)).rejects.toEqual(refusal)
    const found = await findBatch('b', ports)
    if (found) expect((await toBatchView('b', found.value, ports)).state).toBe('deleting')
    expect(await deleteBatch('b', ports)).toBeUndefined()
    await drain(ports)
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })
})

describe('DELETE /v1/batches/{batch} of more than 1,000 objects', () => {
  it('is done by a worker', async () => {
    const ports = await copiedBatch()
    addObjects(ports, 2500)
    expect(await previewDeletion('b', ports)).toMatchObject({ objects: 1000, more: true })
    expect(await deleteBatch('b', ports)).toBeUndefined()
    expect(listBatchKeys('b', ports.world).length).toBeGreaterThan(2500)
    await drain(ports, { times: 2 })
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })

  it('does not touch a batch that was recreated under the same name', async () => {
    const ports = await copiedBatch()
    addObjects(ports, 2500)
    await deleteBatch('b', ports)
    const late = [...ports.world.sent.tasks]
    await drain(ports)
    await createBatch('b', request, ports)
    ports.world.sent.tasks.push(...late)
    await drain(ports)
    const { batchId } = (await getBatch('b', ports)).value
    expect(listBatchKeys('b', ports.world)).toEqual(['batch.json', `images-${batchId}.jsonl`])
  })

  it('leaves a batch that was recreated to the message of its own deletion', async () => {
    const ports = await copiedBatch()
    const batchId = markDeleting(ports)
    await deleteBatch('b', ports)
    await createBatch('b', request, ports)
    markDeleting(ports)
    const keys = listBatchKeys('b', ports.world)
    await resumeDeletion({ task: 'delete-batch', batch: 'b', batchId, requestId: 'request-1' }, ports)
    expect(listBatchKeys('b', ports.world)).toEqual(keys)
  })

  it('does not touch the image list of a batch that is recreated while it lists the folder', async () => {
    const ports = await copiedBatch()
    const batchId = markDeleting(ports)
    let isFirst = true
    ports.world.pause = async ({ method, key }) => {
      if (!isFirst || method !== 'list' || key !== 'data/b/') return
      isFirst = false
      await deleteBatch('b', ports)
      await createBatch('b', request, ports)
    }
    await resumeDeletion({ task: 'delete-batch', batch: 'b', batchId, requestId: 'request-1' }, ports)
    const recreated = (await getBatch('b', ports)).value.batchId
    expect(listBatchKeys('b', ports.world)).toEqual(['batch.json', `images-${recreated}.jsonl`])
  })

  it('logs an error when its message is dead-lettered, and can be requested again', async () => {
    const ports = await copiedBatch()
    addObjects(ports, 1500)
    await deleteBatch('b', ports)
    ports.world.fault = ({ method }) => (method === 'remove' ? new Error('no') : undefined)
    await drain(ports)
    expect(ports.world.logged).toContainEqual({
      level: 'error',
      event: 'task.dead_lettered',
      fields: { task: 'delete-batch' },
    })
    ports.world.fault = () => undefined
    await deleteBatch('b', ports)
    await drain(ports)
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })
})
