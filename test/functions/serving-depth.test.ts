import { describe, expect, it } from '@jest/globals'
import { NextTasks } from '../../shared/contracts/labeling-task.ts'
import type { ClosedWorkOptions } from '../support/fixtures/closed-work.ts'
import { openWork, passSeconds, type WorkReply } from '../support/fixtures/open-work.ts'
import { enter, hire } from '../support/fixtures/workers.ts'
import { inProcessSend } from '../support/people/in-process-send.ts'
import { withVirtualLatency } from '../support/world/virtual-latency.ts'

const JOB = '/v1/me/jobs/cats-1'

/**
 * A worker at a job, with functions that have answered this worker before. One of them counts its requests when time takes
 * nothing but requests.
 */
async function atWork(lines: number, changes: Partial<ClosedWorkOptions> = {}) {
  const { ports } = openWork(lines, { workersPerObject: 2, taskTimeLimitSeconds: 900, ...changes })
  const send = inProcessSend(ports)
  const workers = await Promise.all(['ann', 'bob'].map(async (name) => await enter(ports, await hire(ports, name))))
  const call = async (method: 'POST' | 'PUT', path: string, body: object, worker = 0) =>
    await send({ method, path: `${JOB}${path}`, body, token: workers[worker] })
  const next = async (finished?: string, worker = 0): Promise<NextTasks> =>
    NextTasks.parse((await call('POST', '/next', finished === undefined ? {} : { finished }, worker)).json)
  const answer = async ({ line, ticket }: WorkReply['tasks'][number], changes: object = {}, worker = 0) =>
    await call('PUT', `/answers/${line}`, { ticket, submitId: `submit-${line}`, answer: 'empty', ...changes }, worker)
  const work = async (finished?: string, worker = 0): Promise<WorkReply> => {
    const reply = await next(finished, worker)
    if (reply.state !== 'work') throw new Error(`got ${reply.state}`)
    return reply
  }
  /** Answers all tasks of a block, and returns its name. */
  const finish = async ({ block, tasks }: WorkReply, worker = 0): Promise<string> => {
    for (const task of tasks) await answer(task, {}, worker)
    return block
  }
  const meter = async (act: () => Promise<unknown>) => {
    const { depth, requests } = await withVirtualLatency(ports.world, act)
    return { depth, requests }
  }
  // A request that is refused after the session was checked: the functions know worker and key.
  for (const worker of [0, 1]) {
    await call('POST', '/next', { unknown: 1 }, worker)
    await call('POST', '/renew', { unknown: 1 }, worker)
    await call('PUT', '/answers/1', { unknown: 1 }, worker)
  }
  const list = () => send({ method: 'GET', path: '/v1/me/jobs', token: workers[0] })
  return { ports, meter, next, work, answer, finish, list, renew: (block: string) => call('POST', '/renew', { block }) }
}

describe('a worker who lists the jobs', () => {
  it('waits for the names, the jobs and their counts, and once a minute until somebody has counted', async () => {
    const { ports, meter, work, finish, next, list } = await atWork(250)
    await list()
    expect(await meter(list)).toEqual({ depth: 3, requests: { LIST: 1, GET: 2 } })
    await next(await finish(await work()))
    passSeconds(ports, 60)
    // The worker, who is looked up again after 45 seconds; then also the list of the shards, the one that has changed, and
    // the new counts.
    expect(await meter(list)).toEqual({ depth: 7, requests: { LIST: 2, GET: 4, PUT: 1 } })
    expect(await meter(list)).toEqual({ depth: 3, requests: { LIST: 1, GET: 2 } })
  })
})

describe('a worker waits for at most three round trips', () => {
  it('until the first tasks of a job are there', async () => {
    const { meter, next } = await atWork(250)
    // The job, the hints and the place of the worker; the shard; its conditional write, the tasks and the new place.
    expect(await meter(() => next())).toEqual({ depth: 3, requests: { GET: 5, PUT: 2 } })
  })

  it('for the same tasks again', async () => {
    const { meter, next } = await atWork(250)
    await next()
    expect(await meter(() => next())).toEqual({ depth: 3, requests: { GET: 2, LIST: 1 } })
  })

  it('for the next block of the same shard: for two', async () => {
    const { meter, next, work, finish } = await atWork(250)
    const block = await finish(await work())
    // One of them, every five minutes, is for the hints to the worker.
    expect(await meter(() => next(block))).toEqual({ depth: 2, requests: { GET: 3, LIST: 1, PUT: 1 } })
  })

  it('for the next block of a job that compares answers: for three, with a read of each answer that is compared', async () => {
    const { meter, next, work, finish } = await atWork(50, { stopWhen: { workers: 2, agreeAt: 0.85 } })
    await next(await finish(await work()))
    const block = await finish(await work(undefined, 1), 1)
    const { depth, requests } = await meter(() => next(block, 1))
    // Two answers to each of ten images; the shard and the sample for the statistics.
    expect({ depth, requests }).toEqual({ depth: 3, requests: { GET: 20 + 2, LIST: 1, PUT: 1 } })
  })

  it('for a block of another shard, when theirs has nothing more', async () => {
    const { meter, next, work, finish } = await atWork(120, { workersPerObject: 1 })
    let reply = await work()
    // The first shard has ten blocks, the second one two.
    const blocks = reply.tasks[0]!.line > 100 ? 2 : 10
    for (let block = 1; block < blocks; block++) reply = await work(await finish(reply))
    const block = await finish(reply)
    const { depth, requests } = await meter(() => next(block))
    // The shard, the other one, its first lease; the closed shard, the place of the worker and the hint are written beside.
    expect({ depth, requests }).toEqual({ depth: 3, requests: { GET: 5, LIST: 1, PUT: 4, SQS: 1 } })
  })

  it('when they are told to wait', async () => {
    const { meter, next, work } = await atWork(10, { workersPerObject: 1 })
    await work()
    const { depth } = await meter(() => next(undefined, 1))
    expect(depth).toBe(3)
  })

  it('for fresh links: for two', async () => {
    const { ports, meter, work, renew } = await atWork(250)
    const { block } = await work()
    passSeconds(ports, 25 * 60)
    // The function reads the records of worker and job again, which is once a minute.
    await renew(block)
    passSeconds(ports, 20)
    const { depth } = await meter(() => renew(block))
    expect(depth).toBe(2)
  })
})

describe('an answer', () => {
  it('is one request, if it is the first and in time', async () => {
    const { meter, work, answer } = await atWork(250)
    const [first, second] = (await work()).tasks
    await answer(first!)
    expect(await meter(() => answer(second!))).toEqual({ depth: 1, requests: { PUT: 1 } })
  })

  it('that comes late takes three requests, as it is counted in the shard', async () => {
    const { ports, meter, work, answer } = await atWork(250)
    const [first, second] = (await work()).tasks
    passSeconds(ports, 46 * 60)
    await answer(first!)
    expect(await meter(() => answer(second!))).toEqual({ depth: 3, requests: { PUT: 2, GET: 1 } })
  })

  it('that is no label takes three requests, as it is counted in the shard', async () => {
    const { meter, work, answer } = await atWork(250)
    const [first, second] = (await work()).tasks
    await answer(first!)
    const decline = () => answer(second!, { answer: 'declined' })
    expect(await meter(decline)).toEqual({ depth: 3, requests: { PUT: 2, GET: 1 } })
  })

  it('that is repeated is looked up, and changes nothing', async () => {
    const { meter, work, answer } = await atWork(250)
    const [first] = (await work()).tasks
    await answer(first!)
    expect(await meter(() => answer(first!))).toEqual({ depth: 4, requests: { PUT: 1, GET: 2, LIST: 1 } })
  })

  it('that replaces another one is looked up, stored and counted', async () => {
    const { meter, work, answer } = await atWork(250)
    const [first] = (await work()).tasks
    await answer(first!)
    const replace = () => answer(first!, { submitId: 'submit-anew' })
    expect(await meter(replace)).toEqual({ depth: 7, requests: { PUT: 3, GET: 3, LIST: 1 } })
  })

  it('that says which one it replaces saves two of these round trips', async () => {
    const { meter, work, answer } = await atWork(250)
    const [first] = (await work()).tasks
    await answer(first!, { submitId: 'submit-first' })
    const replace = () => answer(first!, { submitId: 'submit-anew', replaces: 'submit-first' })
    expect(await meter(replace)).toEqual({ depth: 5, requests: { PUT: 2, GET: 2, LIST: 1 } })
  })
})

describe('a worker who practices', () => {
  const truth = [{ className: 'Cat', left: 100, top: 50, width: 200, height: 100 }]
  const image = { key: 'data/b/images/1.jpg', width: 400, height: 200, truth }
  const practice = [1, 2].map((line) => ({ line, ...image }))
  const withPractice = { gold: { share: 0, practice: 2 }, practice }

  it('waits for two round trips', async () => {
    const { meter, next } = await atWork(250, withPractice)
    // The job, the hints and the place of the worker; the answers to practice images, and these.
    expect(await meter(() => next())).toEqual({ depth: 2, requests: { GET: 4, LIST: 1 } })
    expect(await meter(() => next())).toEqual({ depth: 1, requests: { GET: 1, LIST: 1 } })
  })

  it('waits for one with each answer', async () => {
    const { meter, work, answer } = await atWork(250, withPractice)
    const [first, second] = (await work()).tasks
    await answer(first!)
    expect(await meter(() => answer(second!))).toEqual({ depth: 1, requests: { PUT: 1 } })
  })

  it('waits as long for the first tasks that count as in any other job', async () => {
    const { meter, next, work, finish } = await atWork(250, withPractice)
    const block = await finish(await work())
    // The answers to practice images are listed beside the place of the worker.
    expect(await meter(() => next(block))).toEqual({ depth: 3, requests: { GET: 3, LIST: 1, PUT: 2 } })
  })
})
