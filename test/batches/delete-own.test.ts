import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch, previewDeletion, resumeDeletion } from '../../shared/batches/delete.ts'
import { listBatches } from '../../shared/batches/list.ts'
import { previewBatch } from '../../shared/batches/preview.ts'
import { getBatch, updateBatch } from '../../shared/batches/record/store.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { drain } from '../support/broker/drain.ts'
import { jobFor } from '../support/fixtures/labeling-jobs.ts'
import { cats, imageId, listBatchKeys, petsWorld } from '../support/fixtures/pets.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'

const request = BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3 })
const FOREIGN = [
  'copies/abcdefgh01234567/1/notes.txt',
  'holiday.jpg',
  'images/holiday.jpg',
  'manifests/mine.manifest',
  'notes/a.txt',
]

const put = ({ world }: MemoryPorts, name: string, text = 'mine'): void =>
  void world.stored.set(`s3://work/data/b/${name}`, memoryObject(text))

/** The state of a labeling job, but for its name and its batch. */
const JOB = {
  ...{ batchId: 'x', request: jobFor(), state: 'created', labelAttributeName: 'boxes', labels: [] },
  ...{ lines: 1, alreadyLabeled: 0, createdAt: '2026-01-02T03:04:05.000Z' },
}

/** Ports over a world with a copied batch `b`, and objects in its folder that somebody else put there. */
async function sharedFolder(...names: readonly string[]): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(cats(3)) })
  await createBatch('b', request, ports)
  await startCopy('b', ports)
  await drain(ports)
  for (const name of names) put(ports, name)
  return ports
}

describe('DELETE /v1/batches/{batch} of a folder that others use too', () => {
  it('leaves what Groundwork did not write, counts it in a dry run, and names it in the answer', async () => {
    const ports = await sharedFolder(...FOREIGN)
    const kept = { objects: FOREIGN.length, keys: FOREIGN.map((name) => `data/b/${name}`) }
    expect(await previewDeletion('b', ports)).toMatchObject({ objects: 8, kept, more: false })
    expect(await deleteBatch('b', ports)).toEqual({ location: 's3://work/data/b/', removed: 8, kept })
    expect(listBatchKeys('b', ports.world)).toEqual(FOREIGN)
  })

  it('leaves what has the name of a copy in a batch that was never copied', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(3)) })
    await createBatch('b', request, ports)
    const name = `images/${imageId(1)}.jpg`
    put(ports, name)
    expect(await deleteBatch('b', ports)).toMatchObject({ kept: { objects: 1 } })
    expect(listBatchKeys('b', ports.world)).toEqual([name])
  })

  it('leaves it also when a late message of the copy comes', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(3)) })
    await createBatch('b', request, ports)
    await startCopy('b', ports)
    const late = structuredClone(ports.world.sent.tasks)
    await drain(ports)
    put(ports, 'images/holiday.jpg')
    await deleteBatch('b', ports)
    ports.world.sent.tasks.push(...late)
    await drain(ports)
    expect(listBatchKeys('b', ports.world)).toEqual(['images/holiday.jpg'])
  })

  it('leaves an image that was there before, which copying reports as a conflict', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(3)) })
    await createBatch('b', request, ports)
    const name = `images/${imageId(1)}.jpg`
    put(ports, name)
    await startCopy('b', ports)
    await drain(ports)
    expect(await deleteBatch('b', ports)).toMatchObject({ kept: { objects: 1, keys: [`data/b/${name}`] } })
    expect(listBatchKeys('b', ports.world)).toEqual([name])
  })

  it('looks at each image when copying reported more conflicts than it lists', async () => {
    const ports = await sharedFolder(`images/${imageId(1)}.jpg`)
    const { batchId } = (await getBatch('b', ports)).value
    const key = `data/b/copies/${batchId}/1.json`
    const { totals, ...end } = jsonAt(ports.world, key)
    const conflicting = { ...totals, copied: totals.copied - 1, conflict: 1, failures: [] }
    await ports.objects.put(key, JSON.stringify({ ...end, totals: conflicting }))
    await deleteBatch('b', ports)
    expect(listBatchKeys('b', ports.world)).toEqual([`images/${imageId(1)}.jpg`])
  })

  it('removes the folders of its own labeling jobs, and none that has the name of a job alone', async () => {
    const ports = await sharedFolder('mine/manifests/output/output.manifest', 'yours/manifests/output/output.manifest')
    const labelingJobs = [
      { job: 'mine', engine: 'sagemaker' as const, status: 'Completed' as const, since: '2026-01-02T03:04:05.000Z' },
    ]
    await updateBatch('b', (state) => ({ ...state, labelingJobs }), ports)
    await deleteBatch('b', ports)
    expect(listBatchKeys('b', ports.world)).toEqual(['yours/manifests/output/output.manifest'])
  })

  it('recognizes copies by their metadata when the image list is lost', async () => {
    const ports = await sharedFolder('images/holiday.jpg', `images/${imageId(99)}.jpg`)
    const list = listBatchKeys('b', ports.world).find((name) => name.endsWith('.jsonl'))
    ports.world.stored.delete(`s3://work/data/b/${list}`)
    await deleteBatch('b', ports)
    expect(listBatchKeys('b', ports.world).sort()).toEqual([`images/${imageId(99)}.jpg`, 'images/holiday.jpg'].sort())
  })
})

describe('PUT /v1/batches/{batch} over a folder that others use', () => {
  const createAndReadWarnings = async (ports: MemoryPorts) => {
    await createBatch('b', request, ports)
    return (await getBatch('b', ports)).value.warnings.map(({ code }) => code)
  }

  it('warns that their objects stay, in a dry run too', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(3)) })
    put(ports, 'holiday.jpg')
    expect((await previewBatch('b', request, ports)).warnings).toMatchObject([{ code: 'foreign-objects' }])
    expect(await createAndReadWarnings(ports)).toEqual(['foreign-objects'])
  })

  it('does not warn of what an earlier batch of that name has left', async () => {
    const ports = await sharedFolder()
    ports.world.stored.delete('s3://work/data/b/batch.json')
    expect(await createAndReadWarnings(ports)).toEqual([])
  })
})

describe.each([
  ['empty', ''],
  ['truncated', '{"batchId":"x","request":{'],
  ['another object', '{"hello":"world"}'],
])('a batch whose state is %s', (_, text) => {
  it('is an error that names the object for its own call, and unreadable in the list, which goes on', async () => {
    const ports = await sharedFolder()
    await createBatch('c', request, ports)
    put(ports, 'batch.json', text)
    await expect(getBatch('b', ports)).rejects.toMatchObject({ code: 'corrupt-state', key: 'data/b/batch.json' })
    expect((await listBatches({ limit: 100 }, ports)).items).toMatchObject([
      { batch: 'b', state: 'unreadable', problem: { code: 'corrupt-state' } },
      { batch: 'c', state: 'selected' },
    ])
  })

  it('can be deleted with all that Groundwork wrote for it, and the name is free again', async () => {
    const ports = await sharedFolder('images/holiday.jpg')
    put(ports, 'batch.json', text)
    expect(await previewDeletion('b', ports)).toMatchObject({ objects: 8, kept: { objects: 1 } })
    expect(await deleteBatch('b', ports)).toMatchObject({ removed: 8, kept: { objects: 1 } })
    expect(listBatchKeys('b', ports.world)).toEqual(['images/holiday.jpg'])
    expect((await createBatch('b', request, ports)).outcome).toBe('created')
  })

  it('is deleted without the folder of a labeling job of another batch', async () => {
    const ports = await sharedFolder('mine/output.manifest', 'yours/output.manifest')
    put(ports, 'batch.json', text)
    for (const [job, batch] of [
      ['mine', 'b'],
      ['yours', 'other'],
    ])
      await ports.objects.put(`system/labeling-jobs/${job}.json`, JSON.stringify({ ...JOB, job, batch }))
    await deleteBatch('b', ports)
    expect(listBatchKeys('b', ports.world)).toEqual(['yours/output.manifest'])
  })

  it('is deleted by a worker when there is much', async () => {
    const ports = await sharedFolder(...[...Array(1100).keys()].map((round) => `copies/abcdefgh01234567/${round}.json`))
    put(ports, 'batch.json', text)
    expect(await deleteBatch('b', ports)).toBeUndefined()
    await drain(ports, { times: 2 })
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })

  it('is left alone by the deletion of another version that was corrupt too', async () => {
    const ports = await sharedFolder()
    put(ports, 'batch.json', text)
    const keys = listBatchKeys('b', ports.world)
    await resumeDeletion({ task: 'delete-batch', batch: 'b', corruptEtag: '"earlier"', requestId: 'request-1' }, ports)
    expect(listBatchKeys('b', ports.world)).toEqual(keys)
  })

  it('is left alone by the deletion when it was repaired meanwhile', async () => {
    const ports = await sharedFolder()
    const intact = ports.world.stored.get('s3://work/data/b/batch.json')
    put(ports, 'batch.json', text)
    const { objects } = ports
    const repairing = {
      ...objects,
      list: async (...given: Parameters<typeof objects.list>) => {
        if (intact) ports.world.stored.set('s3://work/data/b/batch.json', intact)
        return objects.list(...given)
      },
    }
    await deleteBatch('b', { ...ports, objects: repairing })
    expect(listBatchKeys('b', ports.world)).toHaveLength(8)
  })
})
