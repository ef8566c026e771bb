import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch, previewDeletion, removeBatch } from '../../shared/batches/delete.ts'
import { previewBatch } from '../../shared/batches/preview.ts'
import { findBatch } from '../../shared/batches/record/store.ts'
import { toBatchView } from '../../shared/batches/view.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { dyingAtEachCall } from '../support/crash/dying.ts'
import { cats, keysOf, petsWorld } from '../support/fixtures/pets.ts'
import { drain } from '../support/world/drain.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { memoryObject } from '../support/world/world.ts'

const request = BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3 })

/** A batch `b` that is copied, and one `bb` beside it. */
async function copied(): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(cats(3)) })
  await createBatch('b', request, ports)
  await createBatch('bb', request, ports)
  await startCopy('b', ports)
  await drain(ports)
  return ports
}

const fill = ({ world }: MemoryPorts, count: number): void => {
  for (let number = 0; number < count; number++)
    world.stored.set(`s3://work/data/b/labels/${number}.json`, memoryObject('{}'))
}

/** Deletes until it is gone, as one would who sees it fail. */
async function deleteInsisting(ports: MemoryPorts): Promise<void> {
  for (let tries = 1; tries <= 3; tries++) {
    try {
      await deleteBatch('b', ports)
      return
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return
      if (tries === 3) throw error
    }
  }
}

describe('deleting a batch', () => {
  it('is done by a worker only once it was asked for', async () => {
    const ports = await copied()
    const stored = new Map(ports.world.stored)
    const { batchId } = (await findBatch('b', ports))?.value ?? { batchId: '' }
    await removeBatch('b', batchId, ports)
    expect(ports.world.stored).toEqual(stored)
  })

  it('removes all that is its, and nothing else', async () => {
    const ports = await copied()
    const others = keysOf('bb', ports.world)
    expect(keysOf('b', ports.world)).toHaveLength(8)
    expect(await deleteBatch('b', ports)).toEqual({ gone: true })
    expect(keysOf('b', ports.world)).toEqual([])
    expect(keysOf('bb', ports.world)).toEqual(others)
    await expect(deleteBatch('b', ports)).rejects.toEqual(expect.objectContaining({ code: 'not-found' }))
  })

  it('with validateOnly tells what would go, and leaves it', async () => {
    const ports = await copied()
    const stored = new Map(ports.world.stored)
    const bytes = [...stored]
      .filter(([uri]) => uri.startsWith('s3://work/data/b/'))
      .reduce((sum, [, object]) => sum + object.bytes.length, 0)
    expect(await previewDeletion('b', ports)).toEqual({
      location: 's3://work/data/b/',
      objects: 8,
      bytes,
      more: false,
    })
    expect(ports.world.stored).toEqual(stored)
  })

  it('is refused while images are being copied, naming the call that cancels it, and possible then', async () => {
    const ports = await copied()
    await deleteBatch('b', ports)
    await createBatch('b', request, ports)
    await startCopy('b', ports)
    const busy = expect.objectContaining({
      code: 'wrong-state',
      message: expect.stringContaining('DELETE /v1/batches/b/copy'),
    })
    await expect(deleteBatch('b', ports)).rejects.toEqual(busy)
    await expect(previewDeletion('b', ports)).rejects.toEqual(busy)
    await cancelCopy('b', ports)
    expect(await deleteBatch('b', ports)).toEqual({ gone: true })
  })

  it('is refused while images are being chosen', async () => {
    const ports = await copied()
    await createBatch('c', { ...request, examplesPerClass: 3000 }, ports)
    await expect(deleteBatch('c', ports)).rejects.toEqual(expect.objectContaining({ code: 'wrong-state' }))
  })

  it('takes its own state last', async () => {
    const ports = await copied()
    await deleteBatch('b', ports)
    const removals = ports.world.calls.filter(({ method }) => method === 'remove').map(({ key }) => key)
    expect(removals.at(-1)).toBe('data/b/batch.json')
    expect(removals).toHaveLength(2)
  })

  it('that died anywhere is gone on with by the same call', async () => {
    const ports = await copied()
    fill(ports, 1100)
    const work = async (dying: MemoryPorts) => {
      await deleteInsisting(dying)
      await drain(dying)
    }
    const died = await dyingAtEachCall(ports.world, work, async ({ world }, where) => {
      expect([where, keysOf('b', world)]).toEqual([where, []])
    })
    expect(died).toBeGreaterThan(5)
  })

  it('that stands still half-way refuses the name, and is gone on with', async () => {
    const ports = await copied()
    fill(ports, 2500)
    await deleteBatch('b', ports)
    ports.world.sent.tasks.splice(0)
    // Of the last round only its chunks are left, as if the first thousand objects had gone.
    for (const uri of ports.world.stored.keys()) if (/\/copies\/\w+\/1\.json$/.test(uri)) ports.world.stored.delete(uri)
    const refused = expect.objectContaining({ code: 'wrong-state', message: expect.stringContaining('being deleted') })
    await expect(createBatch('b', request, ports)).rejects.toEqual(refused)
    await expect(previewBatch('b', request, ports)).rejects.toEqual(refused)
    const found = await findBatch('b', ports)
    if (found) expect((await toBatchView('b', found.value, ports)).state).toBe('deleting')
    expect(await deleteBatch('b', ports)).toEqual({ gone: false })
    await drain(ports)
    expect(keysOf('b', ports.world)).toEqual([])
  })
})

describe('deleting a batch of more than 1,000 objects', () => {
  it('is left to a worker', async () => {
    const ports = await copied()
    fill(ports, 2500)
    expect(await previewDeletion('b', ports)).toMatchObject({ objects: 1000, more: true })
    expect(await deleteBatch('b', ports)).toEqual({ gone: false })
    expect(keysOf('b', ports.world).length).toBeGreaterThan(2500)
    await drain(ports, { times: 2 })
    expect(keysOf('b', ports.world)).toEqual([])
  })

  it('does not touch a batch that was made since under its name', async () => {
    const ports = await copied()
    fill(ports, 2500)
    await deleteBatch('b', ports)
    const late = [...ports.world.sent.tasks]
    await drain(ports)
    await createBatch('b', request, ports)
    ports.world.sent.tasks.push(...late)
    await drain(ports)
    expect(keysOf('b', ports.world)).toEqual(['batch.json', 'images.jsonl'])
  })

  it('that is given up is told in the log, and can be asked for again', async () => {
    const ports = await copied()
    fill(ports, 1500)
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
    expect(keysOf('b', ports.world)).toEqual([])
  })
})
