import { describe, expect, it } from '@jest/globals'
import type { Answer, LabelingTask } from '../../../shared/contracts/labeling-task.ts'
import { answerRef } from '../../../shared/labeling/engine/answer.ts'
import { openKey, shardKey, tasksKey } from '../../../shared/labeling/engine/folders.ts'
import type { ShardClosedMessage } from '../../../shared/labeling/engine/messages.ts'
import { nextTasks } from '../../../shared/labeling/engine/serving/next-tasks.ts'
import { renewBlock } from '../../../shared/labeling/engine/serving/renew-block.ts'
import { submitAnswer } from '../../../shared/labeling/engine/serving/submit-answer.ts'
import type { TaskWorker } from '../../../shared/labeling/engine/serving/worker-job.ts'
import { readShard, type Shard } from '../../../shared/labeling/engine/shard.ts'
import { requestStop } from '../../../shared/labeling/engine/stop.ts'
import { lookAtShard } from '../../../shared/labeling/engine/watch/watch-work.ts'
import { findWork, toShard, type Work, workRef } from '../../../shared/labeling/engine/work.ts'
import { SubjectGoneError } from '../../../shared/platform/fan-out/job.ts'
import { drain } from '../../support/broker/drain.ts'
import type { ClosedWorkOptions } from '../../support/fixtures/closed-work.ts'
import { DAMAGES } from '../../support/fixtures/damages.ts'
import { getWork, JOB, openWork as open, passSeconds, watch, workerNumber } from '../../support/fixtures/open-work.ts'
import { jsonAt } from '../../support/world/bucket-contents.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const [one, two] = [workerNumber(1), workerNumber(2)]

/** What can happen to a shard. */
const HARMS = [['missing', undefined], ...DAMAGES] as const

const openWork = (lines: number, changes: Partial<ClosedWorkOptions> = {}) =>
  open(lines, { workersPerObject: 2, taskTimeLimitSeconds: 60, ...changes })

function harm({ world }: MemoryPorts, key: string, text: string | undefined): void {
  if (text === undefined) world.stored.delete(`s3://work/${key}`)
  else world.stored.set(`s3://work/${key}`, memoryObject(text))
}

/** Answers a task. @returns whether the answer was acknowledged as counted */
async function answer(
  ports: MemoryPorts,
  worker: TaskWorker,
  { line, ticket }: LabelingTask,
  said: Answer = 'empty',
  submitId = `submit-${line}`,
): Promise<boolean> {
  const { receipt } = await submitAnswer(JOB, line, worker, { ticket, submitId, answer: said }, ports)
  return receipt.counted
}

const shardOf = async (work: Work, ports: MemoryPorts, number = 0): Promise<Shard | undefined> =>
  (await readShard(work, number, ports))?.value

/** Lets the worker of the queue make a shard again. */
const rebuild = (work: Work, ports: MemoryPorts, shard = 0): Promise<void> =>
  lookAtShard({ task: 'rebuild-shard', job: JOB, workId: work.workId, shard, requestId: 'request-1' }, ports)

const eventsOf = ({ world }: MemoryPorts, name: string) => world.logged.filter(({ event }) => event === name)
const sentTasks = ({ world }: MemoryPorts) => world.sent.tasks.splice(0) as { task: string; shard?: number }[]

/** Returns who has answered a line, by what counts. */
const countedFor = ({ answers }: Shard, line: number): string[] =>
  (answers[line] ?? []).map((text) => text.replace(/^0+/, ''))

describe.each(HARMS)('a shard that is %s', (_, text) => {
  it('is made again as it was, with all that was answered', async () => {
    const { ports, work } = openWork(130)
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
    const undamaged = await getWork(openWork(130).ports, one)
    const number = toShard(undamaged.tasks[0]!.line)
    const { ports, work } = openWork(130)
    harm(ports, shardKey(work, number), text)
    const given = await getWork(ports, one)
    expect(toShard(given.tasks[0]!.line)).toBe(1 - number)
    expect(ports.world.sent.tasks).toEqual([expect.objectContaining({ task: 'rebuild-shard', shard: number })])
    await drain(ports, { until: ports.world.now })
    expect(await shardOf(work, ports, number)).toMatchObject({ shard: number, answers: {} })
  })

  it('lets a worker wait when there is no other, who gets its images soon afterwards', async () => {
    const { ports } = openWork(10)
    harm(ports, shardKey((await findWork(JOB, ports))!.value, 0), text)
    expect(await nextTasks(JOB, one, {}, ports)).toMatchObject({ state: 'wait', retryAfterSeconds: 20 })
    await drain(ports, { until: ports.world.now })
    passSeconds(ports, 21)
    expect((await getWork(ports, one)).tasks).toHaveLength(10)
  })

  it('loses no answer that was acknowledged in the middle of the job, and none counts twice', async () => {
    const { ports, work } = openWork(20)
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

describe('a shard that was made again', () => {
  /** Returns a job of ten images whose only shard was made again while the worker `one` had all of them. */
  async function rebuiltWhileLeased(changes: Partial<ClosedWorkOptions> = {}) {
    const { ports, work } = openWork(10, { workersPerObject: 1, ...changes })
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
    const { ports, work } = openWork(10, { workersPerObject: 1 })
    await getWork(ports, one)
    expect(await nextTasks(JOB, two, {}, ports)).toMatchObject({ state: 'wait' })
    expect(ports.world.stored.has(`s3://work/${openKey(JOB)}`)).toBe(true)
    harm(ports, shardKey(work, 0), '{')
    await rebuild(work, ports)
    passSeconds(ports, 11)
    expect((await getWork(ports, two)).tasks).toHaveLength(10)
  })
})

describe('an answer', () => {
  it('that comes while its shard is damaged is kept, and counted when it is repeated afterwards', async () => {
    const { ports, work } = openWork(10)
    const { tasks } = await getWork(ports, one)
    harm(ports, shardKey(work, 0), '{')
    await expect(answer(ports, one, tasks[0]!, 'bad-image')).rejects.toMatchObject({
      code: 'corrupt-state',
      message: expect.stringContaining(shardKey(work, 0)),
    })
    await drain(ports, { until: ports.world.now })
    expect(countedFor((await shardOf(work, ports))!, 1)).toEqual(['1.1.bad-image'])
    expect(await answer(ports, one, tasks[0]!, 'bad-image')).toBe(true)
  })

  it.each(HARMS.slice(1))('that is damaged as well is named, and its image is asked for again: %s', async (_, text) => {
    const { ports, work } = openWork(10, { workersPerObject: 1 })
    const reply = await getWork(ports, one)
    for (const task of reply.tasks) await answer(ports, one, task)
    await nextTasks(JOB, one, { finished: reply.block }, ports)
    // The shard is closed, and nobody has noticed yet.
    sentTasks(ports)
    const { key } = answerRef(work, { line: 4, worker: one.id, revision: 1 })
    harm(ports, key, text)
    harm(ports, shardKey(work, 0), text)
    await rebuild(work, ports)
    expect(eventsOf(ports, 'state.corrupt').map(({ fields }) => fields.key)).toContain(key)
    passSeconds(ports, 11)
    expect((await getWork(ports, one)).tasks.map(({ line }) => line)).toEqual([4])
  })
})

describe('a closed shard that is lost', () => {
  /** Returns a job of which one shard is closed, and the other one is open. */
  async function closedShard() {
    const { ports, work } = openWork(200, { workersPerObject: 1 })
    let finished: string | undefined
    for (let block = 0; block < 11; block++) {
      const reply = await nextTasks(JOB, one, finished === undefined ? {} : { finished }, ports)
      if (reply.state !== 'work') throw new Error(`got ${reply.state}`)
      for (const task of reply.tasks) await answer(ports, one, task)
      finished = reply.block
    }
    const message = ports.world.sent.tasks.splice(0).at(-1) as ShardClosedMessage
    return { ports, work, message, before: (await shardOf(work, ports, message.shard))! }
  }

  it('is made again as closed when its receipt is written', async () => {
    const { ports, work, message, before } = await closedShard()
    await lookAtShard(message, ports)
    harm(ports, shardKey(work, message.shard), undefined)
    await rebuild(work, ports, message.shard)
    expect(await shardOf(work, ports, message.shard)).toMatchObject({
      answers: before.answers,
      closed: { because: 'complete' },
    })
  })

  it('is open again without a receipt, and its late message writes none before it is closed', async () => {
    const { ports, work, message, before } = await closedShard()
    harm(ports, shardKey(work, message.shard), '{')
    await lookAtShard(message, ports)
    const { closed, answers, handBacks } = (await shardOf(work, ports, message.shard))!
    expect([closed, answers]).toEqual([undefined, before.answers])
    expect(handBacks.map(({ worker, answered }) => [worker, answered])).toEqual(Array(10).fill([one.id, 10]))
    expect([...ports.world.stored.keys()].filter((uri) => uri.includes('/ends/'))).toEqual([])
  })
})

describe('a shard is not made again', () => {
  it('when it cannot be read for another reason', async () => {
    const { ports, work } = openWork(10)
    const before = ports.world.stored.get(`s3://work/${shardKey(work, 0)}`)
    ports.world.fault = ({ method, key }) => (method === 'get' && key === shardKey(work, 0) ? 'before' : undefined)
    await expect(watch(work, ports)).rejects.toThrow()
    expect(ports.world.stored.get(`s3://work/${shardKey(work, 0)}`)).toBe(before)
  })

  it.each([
    ['the tasks are gone', (work: Work) => tasksKey(work), undefined],
    ['the tasks are damaged', (work: Work) => tasksKey(work), '{'],
    ['the input manifest is cut', () => 'data/b/manifests/cats-1/input.manifest', '{}\n'],
  ])('when %s, which is named as well', async (_, toKey, text) => {
    const { ports, work } = openWork(10)
    harm(ports, toKey(work), text)
    harm(ports, shardKey(work, 0), undefined)
    await watch(work, ports)
    expect(await shardOf(work, ports)).toBeUndefined()
    const keys = eventsOf(ports, 'state.corrupt').map(({ fields }) => fields.key)
    expect(keys).toEqual(expect.arrayContaining([shardKey(work, 0), toKey(work)]))
  })

  it('when another function has done that, nor by whoever has read it before', async () => {
    const { ports, work } = openWork(10)
    const others = memoryPorts({ world: ports.world })
    harm(ports, shardKey(work, 0), '{')
    let isFirst = true
    ports.world.pause = async ({ method, key }) => {
      if (method !== 'put' || key !== shardKey(work, 0) || !isFirst) return
      isFirst = false
      await rebuild(work, others)
      await getWork(others, two)
    }
    await rebuild(work, ports)
    expect(eventsOf(ports, 'shard.rebuilt')).toHaveLength(1)
    expect((await shardOf(work, ports))?.leases).toHaveLength(1)
  })

  it('for a job that is deleted meanwhile: nothing is left', async () => {
    const { ports, work } = openWork(10)
    harm(ports, shardKey(work, 0), undefined)
    ports.world.pause = async ({ method, key }) => {
      if (method === 'put' && key === shardKey(work, 0)) harm(ports, workRef(JOB).key, undefined)
    }
    await expect(rebuild(work, ports)).rejects.toBeInstanceOf(SubjectGoneError)
    expect(ports.world.stored.has(`s3://work/${shardKey(work, 0)}`)).toBe(false)
  })

  it('of a job that has ended', async () => {
    const { ports, work } = openWork(10)
    const end = {
      status: 'Completed',
      at: ports.world.now.toISOString(),
      counters: { labeled: 0, failed: 0, unlabeled: 0 },
    }
    harm(ports, workRef(JOB).key, JSON.stringify({ ...jsonAt(ports.world, workRef(JOB).key), end }))
    harm(ports, shardKey(work, 0), undefined)
    await rebuild(work, ports)
    await watch(work, ports)
    expect(await shardOf(work, ports)).toBeUndefined()
  })
})
