import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { previewBatch } from '../../shared/batches/preview.ts'
import { getBatch } from '../../shared/batches/record/store.ts'
import { forgetDataset } from '../../shared/datasets/register/forget.ts'
import { ReadBudgetExceeded } from '../../shared/platform/storage/metered.ts'
import { chooseImages } from '../../shared/selection/choose-images.ts'
import { drain } from '../support/broker/drain.ts'
import { crashAtEachCall } from '../support/crash/crash-at-each-call.ts'
import { retryUntilDone } from '../support/crash/retry.ts'
import { cats, imageId, importPets, petsPorts, putAnnotations } from '../support/fixtures/pets.ts'
import { isImageList } from '../support/world/bucket-contents.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { catRequest, LARGE_REQUEST, listImageIds, readBatch } from './pets-batch.ts'

describe('a batch whose images a worker chooses', () => {
  it('has the same images as one whose images are chosen within the call', async () => {
    const ports = await petsPorts(cats(30))
    const { state } = await createBatch('b', LARGE_REQUEST, ports)
    expect(state.state).toBe('selecting')
    expect((await previewBatch('other', LARGE_REQUEST, ports)).background).toBe(true)
    expect(ports.world.sent.tasks).toHaveLength(1)
    await drain(ports)
    await createBatch('small', catRequest({ examplesPerClass: 30 }), ports)
    expect((await readBatch('b', ports)).state).toBe('selected')
    expect(await listImageIds('b', ports)).toEqual(await listImageIds('small', ports))
  })

  it('stays in state selecting when a call exceeds its read budget, and the worker completes it', async () => {
    const ports = await petsPorts(cats(30))
    const { state } = await createBatch('b', LARGE_REQUEST, ports)
    await expect(
      chooseImages('b', state.batchId, ports, { budget: { requests: 100, bytes: 100 } }),
    ).rejects.toBeInstanceOf(ReadBudgetExceeded)
    expect((await readBatch('b', ports)).state).toBe('selecting')
    await drain(ports)
    expect((await readBatch('b', ports)).imageCount).toBe(30)
  })

  it('is selected once when its message is delivered twice', async () => {
    const ports = await petsPorts(cats(30))
    await createBatch('b', LARGE_REQUEST, ports)
    await drain(ports, { times: 2 })
    const lists = ports.world.calls.filter(({ method, key }) => method === 'put' && isImageList(key))
    expect(lists).toHaveLength(1)
  })

  it('is resumed by the same request when its message was lost', async () => {
    const ports = await petsPorts(cats(30))
    await createBatch('b', LARGE_REQUEST, ports)
    ports.world.sent.tasks.splice(0)
    expect((await createBatch('b', LARGE_REQUEST, ports)).outcome).toBe('existing')
    await drain(ports)
    expect((await readBatch('b', ports)).state).toBe('selected')
  })

  it('is selected completely wherever the caller or the worker crashes', async () => {
    const { world } = await petsPorts(cats(3))
    const work = async (ports: MemoryPorts) => {
      await retryUntilDone(() => createBatch('b', LARGE_REQUEST, ports))
      await drain(ports)
    }
    const crashes = await crashAtEachCall(world, work, async (ports, where) => {
      const { state, imageCount } = await readBatch('b', ports)
      expect([where, state, imageCount]).toEqual([where, 'selected', 3])
      expect(await listImageIds('b', ports)).toHaveLength(3)
    })
    expect(crashes).toBeGreaterThan(12)
  })
})

describe('a batch whose images could not be chosen', () => {
  const readError = new Error('no more')

  it('shows a problem without internal details, and the same request selects again', async () => {
    const ports = await petsPorts(cats(3))
    ports.world.fault = ({ method }) => (method === 'read' ? readError : undefined)
    await expect(createBatch('b', catRequest(), ports)).rejects.toThrow('no more')
    ports.world.fault = () => undefined
    const failed = await readBatch('b', ports)
    expect([failed.state, failed.problem?.code]).toEqual(['failed', 'internal'])
    expect(failed.problem?.detail).not.toContain('no more')
    expect((await createBatch('b', catRequest(), ports)).state.state).toBe('selected')
    const { state, problem } = await readBatch('b', ports)
    expect([state, problem]).toEqual(['selected', undefined])
  })

  it('selects again from the new import when its dataset was forgotten and imported again', async () => {
    const ports = await petsPorts(cats(3))
    await createBatch('b', LARGE_REQUEST, ports)
    await forgetDataset('pets', ports)
    await drain(ports)
    expect(await readBatch('b', ports)).toMatchObject({ state: 'failed', problem: { code: 'bad-source' } })
    putAnnotations(ports.world, cats(2))
    await importPets(ports.world)
    await createBatch('b', LARGE_REQUEST, ports)
    await drain(ports)
    expect(await readBatch('b', ports)).toMatchObject({ state: 'selected', imageCount: 2 })
  })

  it('fails when its message is dead-lettered', async () => {
    const ports = await petsPorts(cats(3))
    await createBatch('b', LARGE_REQUEST, ports)
    ports.world.fault = ({ method }) => (method === 'read' ? readError : undefined)
    await drain(ports)
    expect(await readBatch('b', ports)).toMatchObject({ state: 'failed', problem: { code: 'internal' } })
    expect(ports.world.logged).toContainEqual(
      expect.objectContaining({ event: 'task.dead_lettered', fields: { task: 'run-batch' } }),
    )
  })
})

describe('a batch that was recreated under the same name', () => {
  it('ignores a late message of the deleted batch', async () => {
    const ports = await petsPorts(cats(30))
    await createBatch('b', LARGE_REQUEST, ports)
    const [late] = ports.world.sent.tasks
    await drain(ports)
    await deleteBatch('b', ports)
    await createBatch('b', catRequest(), ports)
    ports.world.sent.tasks.push(late)
    await drain(ports)
    expect((await readBatch('b', ports)).imageCount).toBe(2)
    expect(await listImageIds('b', ports)).toHaveLength(2)
  })

  it('is not overwritten by a superseded worker that still chooses images for the deleted batch', async () => {
    const ports = await petsPorts(cats(30))
    await createBatch('b', LARGE_REQUEST, ports)
    const [late] = ports.world.sent.tasks
    await drain(ports)
    const deleted = await getBatch('b', ports)
    await deleteBatch('b', ports)
    await createBatch('b', catRequest({ batchOffset: 1 }), ports)
    // The slow worker has read the deleted batch before its images were chosen, and only writes now.
    const { selection: _, ...before } = deleted.value
    const bytes = Buffer.from(JSON.stringify({ ...before, state: 'selecting' }))
    const staleReads = [{ bytes, etag: '"old"', size: bytes.length }]
    const get: MemoryPorts['objects']['get'] = async (key, range) =>
      (key === 'data/b/batch.json' ? staleReads.pop() : undefined) ?? ports.objects.get(key, range)
    ports.world.sent.tasks.push(late)
    await drain({ ...ports, objects: { ...ports.objects, get } })
    expect(staleReads).toEqual([])
    expect(await listImageIds('b', ports)).toEqual([imageId(3), imageId(4)])
  })
})
