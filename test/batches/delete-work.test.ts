import { describe, expect, it } from '@jest/globals'
import { deleteBatch, previewDeletion } from '../../shared/batches/delete.ts'
import { answersFolder, jobWorkFolder } from '../../shared/labeling/engine/folders.ts'
import type { WorkEnd } from '../../shared/labeling/engine/work.ts'
import { drain } from '../support/broker/drain.ts'
import { catBox, closedWork } from '../support/fixtures/closed-work.ts'
import { changeServiceJob, copiedPorts, create, endAndPublish } from '../support/fixtures/labeling-jobs.ts'
import { keysUnder, textAt } from '../support/world/bucket-contents.ts'
import { eventsIn } from '../support/world/events.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const END: WorkEnd = {
  status: 'Completed',
  at: '2026-01-02T04:00:00.000Z',
  counters: { labeled: 1, failed: 0, unlabeled: 0 },
}

/** Returns ports on the batch `b` with a job that has ended, and its work. */
async function endedWork(): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  await create(ports)
  await endAndPublish(ports, 'cats-1', 'Completed', ['labeled'])
  closedWork(ports.world, { end: END, lines: [{ answers: [{ worker: 1, answer: 'boxes', boxes: [catBox()] }] }] })
  return ports
}

const workKeys = ({ world }: MemoryPorts): string[] => keysUnder(world, jobWorkFolder('cats-1'))

/** Adds answers to the work, as those of many workers. */
function addAnswers({ world }: MemoryPorts, count: number): void {
  const folder = answersFolder({ job: 'cats-1', workId: 'work000000000001' }, 0, 0)
  const answer = memoryObject('{}')
  for (let number = 0; number < count; number++) world.stored.set(`s3://work/${folder}${number}.json`, answer)
}

describe('a batch that is deleted', () => {
  it('takes the work of its labeling jobs with it, but not their names', async () => {
    const ports = await endedWork()
    expect(workKeys(ports).length).toBeGreaterThan(3)
    await deleteBatch('b', ports)
    expect(workKeys(ports)).toEqual([])
    expect(keysUnder(ports.world, 'data/b/')).toEqual([])
    expect(textAt(ports.world, 'system/labeling-jobs/cats-1.json')).toBeDefined()
  })

  it('leaves the work of the jobs of other batches alone', async () => {
    const ports = await endedWork()
    closedWork(ports.world, { job: 'cats-10', batch: 'other', lines: [{}] })
    const others = keysUnder(ports.world, jobWorkFolder('cats-10'))
    await deleteBatch('b', ports)
    expect(keysUnder(ports.world, jobWorkFolder('cats-10'))).toEqual(others)
  })

  it('counts the objects of the work in its preview, and removes none of them', async () => {
    const ports = await endedWork()
    const before = workKeys(ports)
    const { objects, bytes } = await previewDeletion('b', ports)
    const withoutWork = await (async () => {
      for (const key of before) ports.world.stored.delete(`s3://work/${jobWorkFolder('cats-1')}${key}`)
      return previewDeletion('b', ports)
    })()
    expect(objects - withoutWork.objects).toBe(before.length)
    expect(bytes).toBeGreaterThan(withoutWork.bytes)
    expect(before.length).toBeGreaterThan(3)
  })

  it('is removed by a worker when there are more than 1,000 answers', async () => {
    const ports = await endedWork()
    addAnswers(ports, 1001)
    expect((await previewDeletion('b', ports)).more).toBe(true)
    expect(await deleteBatch('b', ports)).toBeUndefined()
    await drain(ports)
    expect([...workKeys(ports), ...keysUnder(ports.world, 'data/b/')]).toEqual([])
  })

  it('goes on by further messages, of which none removes more than 21,000 objects', async () => {
    const ports = await endedWork()
    addAnswers(ports, 23_000)
    await deleteBatch('b', ports)
    const left: number[] = []
    await drain(ports, { after: async () => void left.push(workKeys(ports).length) })
    expect(left.length).toBeGreaterThan(1)
    expect(23_000 - (left[0] ?? 0)).toBeLessThanOrEqual(21_000)
    expect([...workKeys(ports), ...keysUnder(ports.world, 'data/b/')]).toEqual([])
  })

  it('takes the work with it when the record of the batch cannot be read', async () => {
    const ports = await endedWork()
    await ports.objects.put('data/b/batch.json', '{')
    await deleteBatch('b', ports)
    await drain(ports)
    expect(workKeys(ports)).toEqual([])
  })

  it('records and publishes the end of a job before its work is removed', async () => {
    const ports = await copiedPorts()
    await create(ports)
    closedWork(ports.world, { end: END, lines: [{}] })
    changeServiceJob(ports, 'cats-1', { status: 'Stopped' })
    await deleteBatch('b', ports)
    expect(eventsIn(ports.world).map(({ type }) => type)).toEqual(['labeling-job.stopped'])
    expect(workKeys(ports)).toEqual([])
  })
})
