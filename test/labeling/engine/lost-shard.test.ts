import { describe, expect, it } from '@jest/globals'
import { answerRef } from '../../../shared/labeling/engine/answer.ts'
import { placeKey, shardKey, tasksKey } from '../../../shared/labeling/engine/folders.ts'
import type { ShardClosedMessage } from '../../../shared/labeling/engine/messages.ts'
import { nextTasks } from '../../../shared/labeling/engine/serving/next-tasks.ts'
import { lookAtShard } from '../../../shared/labeling/engine/watch/watch-work.ts'
import { type Work, workRef } from '../../../shared/labeling/engine/work.ts'
import { SubjectGoneError } from '../../../shared/platform/fan-out/job.ts'
import { drain } from '../../support/broker/drain.ts'
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
import { memoryPorts } from '../../support/world/ports.ts'

const [one, two] = [workerNumber(1), workerNumber(2)]

describe('an answer', () => {
  it('that comes while its shard is damaged is kept, and counted when it is repeated afterwards', async () => {
    const { ports, work } = openJob(10)
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
    const { ports, work } = openJob(10, { workersPerObject: 1 })
    const reply = await getWork(ports, one)
    for (const task of reply.tasks) await answer(ports, one, task)
    await nextTasks(JOB, one, { finished: reply.block }, ports)
    // The shard is closed, and nobody has noticed yet.
    sentTasks(ports)
    const { key } = answerRef(work, { line: 4, worker: one.id, revision: 1 })
    harm(ports, key, text)
    harm(ports, shardKey(work, 0), text)
    // The worker was told that there is nothing more.
    const place = { workId: work.workId, exhausted: [0], waits: 0 }
    harm(ports, placeKey(JOB, one.id), JSON.stringify(place))
    await rebuild(work, ports)
    expect(eventsOf(ports, 'state.corrupt').map(({ fields }) => fields.key)).toContain(key)
    passSeconds(ports, 31)
    expect((await getWork(ports, one)).tasks.map(({ line }) => line)).toEqual([4])
  })
})

describe('a closed shard that is lost', () => {
  /** Returns a job of which one shard is closed, and the other one is open. */
  async function closedShard() {
    const { ports, work } = openJob(200, { workersPerObject: 1 })
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
    const { ports, work } = openJob(10)
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
    const { ports, work } = openJob(10)
    harm(ports, toKey(work), text)
    harm(ports, shardKey(work, 0), undefined)
    await watch(work, ports)
    expect(await shardOf(work, ports)).toBeUndefined()
    const keys = eventsOf(ports, 'state.corrupt').map(({ fields }) => fields.key)
    expect(keys).toEqual(expect.arrayContaining([shardKey(work, 0), toKey(work)]))
  })

  it('when another function has done that, nor by whoever has read it before', async () => {
    const { ports, work } = openJob(10)
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
    const { ports, work } = openJob(10)
    harm(ports, shardKey(work, 0), undefined)
    ports.world.pause = async ({ method, key }) => {
      if (method === 'put' && key === shardKey(work, 0)) harm(ports, workRef(JOB).key, undefined)
    }
    await expect(rebuild(work, ports)).rejects.toBeInstanceOf(SubjectGoneError)
    expect(ports.world.stored.has(`s3://work/${shardKey(work, 0)}`)).toBe(false)
  })

  it('of a job that has ended', async () => {
    const { ports, work } = openJob(10)
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
