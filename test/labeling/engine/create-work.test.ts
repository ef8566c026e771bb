import { describe, expect, it } from '@jest/globals'
import { answersFolder } from '../../../shared/labeling/engine/folders.ts'
import { readShard } from '../../../shared/labeling/engine/shard.ts'
import { parseTaskLines } from '../../../shared/labeling/engine/task-lines.ts'
import { findWork } from '../../../shared/labeling/engine/work.ts'
import { createJob } from '../../../shared/labeling/jobs/create.ts'
import { allKeys, copiedPorts, ownJobFor, textAt } from '../../support/fixtures/labeling-jobs.ts'
import { cats, imageId, jpeg, toCopyUri } from '../../support/fixtures/pets.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'
import { edit, write } from '../jobs/copied-batches.ts'

const createOwn = (ports: MemoryPorts, job = 'cats-1', changes: Record<string, unknown> = {}) =>
  createJob(job, ownJobFor(changes), ports)

async function readWork(ports: MemoryPorts, job = 'cats-1') {
  const found = await findWork(job, ports)
  if (!found) throw new Error(`there is no work of ${job}`)
  const tasks = textAt(ports, `system/labeling-work/${job}/${found.value.workId}/tasks.jsonl`) ?? ''
  return { work: found.value, tasks }
}

const parseTasks = (tasks: string) => parseTaskLines(Buffer.from(tasks))

describe('the work of a labeling job', () => {
  it('says what workers see, with the sizes of the copies, without a request to an image or to SageMaker', async () => {
    const ports = await copiedPorts()
    const { outcome } = await createOwn(ports)
    expect(outcome).toBe('created')
    const { work, tasks } = await readWork(ports)
    expect(work).toMatchObject({
      job: 'cats-1',
      batch: 'b',
      mode: 'draw',
      labels: ['Cat'],
      lines: 5,
      alreadyLabeled: 0,
      workersPerObject: 1,
      createdAt: '2026-01-02T03:04:05.000Z',
      deadline: '2026-02-01T03:04:05.000Z',
    })
    expect(parseTasks(tasks)[1]).toEqual({ key: `data/b/images/${imageId(2)}.jpg`, width: 400, height: 200 })
    const { calls } = ports.world
    expect(calls.filter(({ port }) => ['labeler', 'workteams', 'copier'].includes(port))).toEqual([])
  })

  it('cuts the lines into shards of a hundred and blocks of ten, each with its bytes', async () => {
    const ports = await copiedPorts(cats(215))
    await createOwn(ports)
    const { work, tasks } = await readWork(ports)
    const manifest = textAt(ports, 'data/b/manifests/cats-1/input.manifest') ?? ''
    const shards = await Promise.all([0, 1, 2].map(async (shard) => (await readShard(work, shard, ports))?.value))
    expect(shards.map((shard) => [shard?.firstLine, shard?.lines, shard?.blocks.length])).toEqual([
      [1, 100, 10],
      [101, 100, 10],
      [201, 15, 2],
    ])
    const [, , last] = shards
    const lines = manifest.trimEnd().split('\n')
    expect(manifest.slice(last?.input.start, last?.input.end).trimEnd().split('\n')).toEqual(lines.slice(200))
    const block = last?.blocks[1]
    expect(parseTasks(tasks.slice(block?.start, block?.end))).toEqual(parseTasks(tasks).slice(210))
    expect(last).toMatchObject({ leases: [], answers: {}, handBacks: [], skipped: [] })
    expect(await readShard(work, 3, ports)).toBeUndefined()
  })

  it('has the boxes to adjust in pixels with their class names', async () => {
    const ports = await copiedPorts()
    await createOwn(ports, 'cats-1', { mode: 'adjust' })
    const { tasks } = await readWork(ports)
    expect(parseTasks(tasks)[0]?.boxes).toEqual([{ className: 'Cat', left: 100, top: 50, width: 200, height: 100 }])
  })

  it('reads the size of an image that no receipt has from its header', async () => {
    const ports = await copiedPorts()
    ports.world.stored.set('s3://work/data/b/images/other.jpg', memoryObject(jpeg(30, 20), 'image/jpeg'))
    await write(ports)
    edit(ports, [`{"source-ref":"${toCopyUri('b', 1)}"}`, '{"source-ref":"s3://work/data/b/images/other.jpg"}'])
    await createOwn(ports)
    const { tasks } = await readWork(ports)
    expect(parseTasks(tasks)[1]).toEqual({ key: 'data/b/images/other.jpg', width: 30, height: 20 })
  })

  it('asks nobody for a line whose image is gone or is no picture, and says why', async () => {
    const ports = await copiedPorts()
    ports.world.stored.set('s3://work/data/b/images/text.jpg', memoryObject('text', 'image/jpeg'))
    await write(ports)
    edit(ports, [
      '{"source-ref":"s3://work/data/b/images/gone.jpg"}',
      `{"source-ref":"${toCopyUri('b', 1)}"}`,
      '{"source-ref":"s3://work/data/b/images/text.jpg"}',
    ])
    await createOwn(ports)
    const { work, tasks } = await readWork(ports)
    expect(parseTasks(tasks).map((task) => typeof task?.problem)).toEqual(['string', 'undefined', 'string'])
    const shard = await readShard(work, 0, ports)
    expect(shard?.value.skipped).toEqual([1, 3])
    expect(shard?.value.closed).toBeUndefined()
  })

  it('has a closed shard where nobody is asked for any line', async () => {
    const ports = await copiedPorts()
    await write(ports)
    edit(ports, ['{"source-ref":"s3://work/data/b/images/gone.jpg"}'])
    await createOwn(ports)
    const { work } = await readWork(ports)
    expect((await readShard(work, 0, ports))?.value.closed).toMatchObject({ because: 'complete' })
  })

  it('is given up after the time that the request says', async () => {
    const ports = await copiedPorts()
    await createOwn(ports, 'cats-1', { taskAvailabilitySeconds: 60 })
    expect((await readWork(ports)).work.deadline).toBe('2026-01-02T03:05:05.000Z')
  })

  it('is outside of the data that the role of SageMaker reads', async () => {
    const ports = await copiedPorts()
    await createOwn(ports)
    const { work } = await readWork(ports)
    expect(answersFolder(work, 0, 0)).toMatch(/^system\//)
    expect(allKeys(ports).filter((key) => key.startsWith('data/b/manifests/cats-1/'))).toEqual([
      'data/b/manifests/cats-1/input.manifest',
    ])
  })
})
