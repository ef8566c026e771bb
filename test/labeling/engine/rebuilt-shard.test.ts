import { describe, expect, it } from '@jest/globals'
import type { LabelingTask } from '../../../shared/contracts/labeling-task.ts'
import { openKey, shardKey } from '../../../shared/labeling/engine/folders.ts'
import { nextTasks } from '../../../shared/labeling/engine/serving/next-tasks.ts'
import { renewBlock } from '../../../shared/labeling/engine/serving/renew-block.ts'
import type { TaskWorker } from '../../../shared/labeling/engine/serving/worker-job.ts'
import { requestStop } from '../../../shared/labeling/engine/stop.ts'
import { findWork, toShard } from '../../../shared/labeling/engine/work.ts'
import { drain } from '../../support/broker/drain.ts'
import type { ClosedWorkOptions } from '../../support/fixtures/closed-work.ts'
import {
  answer,
  countedFor,
  eventsOf,
  HARMS,
  harm,
  openJob,
  rebuild,
  sentTasks,
  shardOf,
} from '../../support/fixtures/harmed-shards.ts'
import { getWork, JOB, passSeconds, watch, workerNumber } from '../../support/fixtures/open-work.ts'
import { jsonAt } from '../../support/world/bucket-contents.ts'

const [one, two] = [workerNumber(1), workerNumber(2)]

describe.each(HARMS)('a shard that is %s', (_, text) => {
  it('is made again as it was, with all that was answered', async () => {
    const { ports, work } = openJob(130)
    const { tasks } = await getWork(ports, one)
    const [first, second] = tasks as [LabelingTask, LabelingTask]
    const number = toShard(first.line)
    const before = await shardOf(work, ports, number)
    await answer(ports, one, first)
    await answer(ports, one, second, 'declined')
    await answer(ports, one, second, 'cannot-tell', 'submit-again')
    harm(ports, shardKey(work, number), text)
    await watch(work, ports)
    const { rebuilt, ...shard } = (await shardOf(work, ports, number))!
    const answers = { [first.line]: [`${one.id}.1`], [second.line]: [`${one.id}.2.cannot-tell`] }
    expect(shard).toEqual({ ...before, leases: [], answers, handBacks: [expect.objectContaining({ answered: 2 })] })
    expect(rebuilt?.at).toBe(ports.world.now.toISOString())
    expect(eventsOf(ports, 'shard.rebuilt').map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ key: shardKey(work, number), answers: 2, lostAnswers: 0 }),
    ])
  })

  it('keeps nobody from the images of another, and is made again by the message that asks for it', async () => {
    const undamaged = await getWork(openJob(130).ports, one)
    const number = toShard(undamaged.tasks[0]!.line)
    const { ports, work } = openJob(130)
    harm(ports, shardKey(work, number), text)
    const given = await getWork(ports, one)
    expect(toShard(given.tasks[0]!.line)).toBe(1 - number)
    expect(ports.world.sent.tasks).toEqual([expect.objectContaining({ task: 'rebuild-shard', shard: number })])
    await drain(ports, { until: ports.world.now })
    expect(await shardOf(work, ports, number)).toMatchObject({ shard: number, answers: {} })
  })

  it('lets a worker wait when there is no other, who gets its images soon afterwards', async () => {
    const { ports } = openJob(10)
    harm(ports, shardKey((await findWork(JOB, ports))!.value, 0), text)
    expect(await nextTasks(JOB, one, {}, ports)).toMatchObject({ state: 'wait', retryAfterSeconds: 20 })
    await drain(ports, { until: ports.world.now })
    passSeconds(ports, 21)
    expect((await getWork(ports, one)).tasks).toHaveLength(10)
  })

  it('loses no answer that was acknowledged in the middle of the job, and none counts twice', async () => {
    const { ports, work } = openJob(20)
    const [first, second] = [await getWork(ports, one), await getWork(ports, two)]
    const acknowledged: string[] = []
    const tell = async (worker: TaskWorker, task: LabelingTask): Promise<void> => {
      if (await answer(ports, worker, task)) acknowledged.push(`${task.line}.${worker.id}`)
    }
    for (const task of first.tasks.slice(0, 5)) await tell(one, task)
    harm(ports, shardKey(work, 0), text)
    for (const task of second.tasks.slice(0, 5)) await tell(two, task)
    await rebuild(work, ports)
    // The leases are lost, and their tickets are still good: what comes by them is acknowledged without the shard.
    for (const task of first.tasks.slice(5)) await tell(one, task)
    for (const task of second.tasks.slice(5)) await tell(two, task)
    expect(acknowledged).toHaveLength(20)
    for (const [worker, block] of [
      [one, first.block],
      [two, second.block],
    ] as const)
      for (let reply = await nextTasks(JOB, worker, { finished: block }, ports); reply.state === 'work'; ) {
        for (const task of reply.tasks) await tell(worker, task)
        reply = await nextTasks(JOB, worker, { finished: reply.block }, ports)
      }
    passSeconds(ports, 1000)
    await watch(work, ports)
    const { answers, closed } = (await shardOf(work, ports))!
    const counted = Object.entries(answers).flatMap(([line, own]) => own.map((name) => `${line}.${name.split('.')[0]}`))
    expect(closed?.because).toBe('complete')
    expect(new Set(counted).size).toBe(counted.length)
    expect(new Set(counted)).toEqual(new Set(acknowledged))
  })
})

it('a shard that is a copy of another one is made again as well', async () => {
  const { ports, work } = openJob(130)
  const before = await shardOf(work, ports, 0)
  harm(ports, shardKey(work, 0), JSON.stringify(jsonAt(ports.world, shardKey(work, 1))))
  await watch(work, ports)
  expect(await shardOf(work, ports, 0)).toMatchObject(before ?? {})
})

describe('a shard that was made again', () => {
  /** Returns a job of ten images whose only shard was made again while the worker `one` had all of them. */
  async function rebuiltWhileLeased(changes: Partial<ClosedWorkOptions> = {}) {
    const { ports, work } = openJob(10, { workersPerObject: 1, ...changes })
    const reply = await getWork(ports, one)
    harm(ports, shardKey(work, 0), undefined)
    await rebuild(work, ports)
    return { ports, work, reply }
  }

  it('is not closed while somebody may still answer who had a lease before', async () => {
    const { ports, work, reply } = await rebuiltWhileLeased()
    const given = await getWork(ports, two)
    for (const task of given.tasks) await answer(ports, two, task)
    await nextTasks(JOB, two, { finished: given.block }, ports)
    passSeconds(ports, 880)
    expect(await answer(ports, one, reply.tasks[0]!)).toBe(true)
    await watch(work, ports)
    expect((await shardOf(work, ports))?.closed).toBeUndefined()
    passSeconds(ports, 60)
    await watch(work, ports)
    const shard = (await shardOf(work, ports))!
    expect(shard.closed?.because).toBe('complete')
    expect(countedFor(shard, 1)).toEqual(['2.1', '1.1'])
  })

  it('does not give images to a worker again who has answered them under a lost lease', async () => {
    const { ports, reply } = await rebuiltWhileLeased()
    for (const task of reply.tasks) await answer(ports, one, task)
    expect(await nextTasks(JOB, one, { finished: reply.block }, ports)).toMatchObject({ state: 'done' })
  })

  it('is not asked for its folder any more when the lost leases are over', async () => {
    const { ports, work } = await rebuiltWhileLeased()
    passSeconds(ports, 1000)
    await watch(work, ports)
    expect((await shardOf(work, ports))?.rebuilt).toEqual({ at: expect.any(String) })
    ports.world.calls.splice(0)
    await getWork(ports, two)
    expect(ports.world.calls.filter(({ method }) => method === 'list')).toEqual([])
  })

  it('is looked at when the lost leases end, if nothing is left to give', async () => {
    const { ports, work, reply } = await rebuiltWhileLeased()
    for (const task of reply.tasks) await answer(ports, one, task)
    await drain(ports, { until: new Date(ports.world.now.getTime() + 1000) })
    sentTasks(ports)
    await watch(work, ports)
    const message = ports.world.sent.tasks.at(-1)!
    expect(ports.world.delays.get(message)).toBe(900)
    await drain(ports, { until: new Date(ports.world.now.getTime() + 3600_000) })
    expect((await findWork(JOB, ports))?.value.end).toMatchObject({ status: 'Completed', counters: { labeled: 10 } })
  })

  it('ends with the job when its time is over, or when it is stopped', async () => {
    const { ports, work } = await rebuiltWhileLeased({ deadline: '2026-01-02T04:10:00.000Z' })
    passSeconds(ports, 601)
    await watch(work, ports)
    expect((await shardOf(work, ports))?.closed?.because).toBe('deadline')
    const other = await rebuiltWhileLeased({ taskTimeLimitSeconds: 3600 })
    await requestStop(JOB, other.ports)
    passSeconds(other.ports, 900)
    await watch(other.work, other.ports)
    expect((await shardOf(other.work, other.ports))?.closed?.because).toBe('stopped')
  })

  it('gives no more time for a block that it does not know, but the next images', async () => {
    const { ports, reply } = await rebuiltWhileLeased()
    const again = await renewBlock(JOB, one, reply.block, ports)
    expect(again).toMatchObject({ state: 'work' })
  })

  it('is forgotten as one that has nothing to give', async () => {
    const { ports, work } = openJob(10, { workersPerObject: 1 })
    await getWork(ports, one)
    expect(await nextTasks(JOB, two, {}, ports)).toMatchObject({ state: 'wait' })
    expect(ports.world.stored.has(`s3://work/${openKey(JOB)}`)).toBe(true)
    harm(ports, shardKey(work, 0), '{')
    await rebuild(work, ports)
    passSeconds(ports, 31)
    expect((await getWork(ports, two)).tasks).toHaveLength(10)
  })
})
