import { describe, expect, it } from '@jest/globals'
import type { NextTasks } from '../../../../shared/contracts/labeling-task.ts'
import { nextTasks } from '../../../../shared/labeling/engine/serving/next-tasks.ts'
import { renewBlock } from '../../../../shared/labeling/engine/serving/renew-block.ts'
import { submitAnswer } from '../../../../shared/labeling/engine/serving/submit-answer.ts'
import { readShard } from '../../../../shared/labeling/engine/shard.ts'
import { pseudonym } from '../../../support/fixtures/closed-work.ts'
import { openWork as open, passSeconds } from '../../../support/fixtures/open-work.ts'
import type { MemoryPorts } from '../../../support/world/ports.ts'

const one = { id: pseudonym(1), role: 'label' as const, jobs: undefined }
const two = { id: pseudonym(2), role: 'label' as const, jobs: undefined }

function asWork(reply: NextTasks): Extract<NextTasks, { state: 'work' }> {
  if (reply.state !== 'work') throw new Error(`got ${reply.state}: ${reply.reason}`)
  return reply
}

const next = async (ports: MemoryPorts, worker = one, finished?: string) =>
  await nextTasks('cats-1', worker, finished === undefined ? {} : { finished }, ports)

async function answerAll(ports: MemoryPorts, worker: typeof one, reply: NextTasks): Promise<string> {
  const { block, tasks } = asWork(reply)
  for (const { line, ticket } of tasks)
    await submitAnswer('cats-1', line, worker, { ticket, submitId: `submit-${line}`, answer: 'empty' }, ports)
  return block
}

const submit = (ports: MemoryPorts, { line, ticket, activeMilliseconds }: Submission) => {
  const answer = { ticket, submitId: `submit-${line}`, answer: 'empty' as const, activeMilliseconds }
  return submitAnswer('cats-1', line, one, answer, ports)
}
interface Submission {
  readonly line: number
  readonly ticket: string
  readonly activeMilliseconds?: number | undefined
}

const openWork: typeof open = (lines, changes) => open(lines, { taskTimeLimitSeconds: 900, ...changes })

describe('the next tasks of a worker', () => {
  it('are the images of one block, with links, sizes and tickets', async () => {
    const { ports } = openWork(25)
    const { tasks, secondsLeft } = asWork(await next(ports))
    expect(tasks.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(tasks[0]).toMatchObject({ width: 400, height: 200, image: expect.stringContaining('data/b/images/1.jpg') })
    expect(secondsLeft).toBe(2700)
  })

  it('are the same again when the call is repeated', async () => {
    const { ports } = openWork(250)
    const first = asWork(await next(ports))
    passSeconds(ports, 30)
    const again = asWork(await next(ports))
    expect([again.block, again.secondsLeft]).toEqual([first.block, first.secondsLeft - 30])
  })

  it('say which images were answered already', async () => {
    const { ports } = openWork(10)
    const { tasks } = asWork(await next(ports))
    await submitAnswer('cats-1', 3, one, { ticket: tasks[2]!.ticket, submitId: 'submit-3', answer: 'empty' }, ports)
    const again = asWork(await next(ports))
    expect(again.tasks.filter(({ answered }) => answered).map(({ line }) => line)).toEqual([3])
  })

  it('leave the time of one image of the finished block in the shard, for the statistics', async () => {
    const { ports, work } = openWork(25)
    const first = asWork(await next(ports))
    for (const { line, ticket } of first.tasks) await submit(ports, { line, ticket, activeMilliseconds: 1000 * line })
    await next(ports, one, first.block)
    const { handBacks } = (await readShard(work, 0, ports))!.value
    expect(handBacks.map(({ sample }) => sample)).toEqual([{ milliseconds: 5000, boxes: 0 }])
  })

  it('leave the time of the middle image of a short block too', async () => {
    const { ports, work } = openWork(3)
    const first = asWork(await next(ports))
    for (const { line, ticket } of first.tasks) await submit(ports, { line, ticket, activeMilliseconds: 1000 * line })
    await next(ports, one, first.block)
    const { handBacks } = (await readShard(work, 0, ports))!.value
    expect(handBacks.map(({ sample }) => sample)).toEqual([{ milliseconds: 2000, boxes: 0 }])
  })

  it('leave no time of an image that was answered before its lease expired', async () => {
    const { ports, work } = openWork(10)
    const first = asWork(await next(ports))
    await submit(ports, { ...first.tasks[4]!, activeMilliseconds: 9000 })
    passSeconds(ports, 46 * 60)
    const rest = asWork(await next(ports))
    for (const task of rest.tasks) await submit(ports, task)
    await next(ports, one, rest.block)
    const { handBacks } = (await readShard(work, 0, ports))!.value
    expect(handBacks.map(({ answered, sample }) => [answered, sample])).toEqual([
      [1, undefined],
      [9, undefined],
    ])
  })

  it.each([
    ['the same call again', (ports: MemoryPorts) => next(ports)],
    ['the block renewed', (ports: MemoryPorts, block: string) => renewBlock('cats-1', one, block, ports)],
  ])('ask again for an image that was declined in a call that failed before it counted that: %s', async (_, again) => {
    const { ports } = openWork(10)
    const { tasks, block } = asWork(await next(ports))
    await submit(ports, tasks[0]!)
    ports.world.fault = ({ method, key }) => (method === 'get' && key.includes('/shards/') ? 'before' : undefined)
    const request = { ticket: tasks[2]!.ticket, submitId: 'submit-3', answer: 'declined' } as const
    await expect(submitAnswer('cats-1', 3, one, request, ports)).rejects.toThrow()
    ports.world.fault = () => undefined
    const { tasks: same } = asWork(await again(ports, block))
    expect(same.filter(({ answered }) => answered).map(({ line }) => line)).toEqual([1])
  })

  it('go on with the next block when one is finished', async () => {
    const { ports } = openWork(25)
    const block = await answerAll(ports, one, await next(ports))
    expect(asWork(await next(ports, one, block)).tasks[0]?.line).toBe(11)
  })

  it('are the rest of a block that is said to be finished, but is not', async () => {
    const { ports } = openWork(25)
    const { block } = asWork(await next(ports))
    expect(asWork(await next(ports, one, block)).block).toBe(block)
  })

  it('are done when every image has its answers', async () => {
    const { ports, work } = openWork(10)
    const block = await answerAll(ports, one, await next(ports))
    expect((await next(ports, one, block)).state).toBe('done')
    const shard = await readShard(work, 0, ports)
    expect(shard?.value.closed?.because).toBe('complete')
    expect(ports.world.sent.tasks).toEqual([expect.objectContaining({ task: 'shard-closed', shard: 0 })])
  })

  it('are an image that seemed to have its answers until one was replaced by a refusal, a minute later', async () => {
    const { ports } = openWork(1, { workersPerObject: 2 })
    const [task] = asWork(await next(ports)).tasks
    const say = (answer: 'cannot-tell' | 'declined') =>
      submitAnswer('cats-1', 1, one, { ticket: task!.ticket, submitId: `submit-${answer}`, answer }, ports)
    await say('cannot-tell')
    await next(ports, two, await answerAll(ports, two, await next(ports, two)))
    const [three, four] = [3, 4].map((number) => ({ ...two, id: pseudonym(number) }))
    expect((await next(ports, three)).state).not.toBe('work')
    await say('declined')
    passSeconds(ports, 61)
    expect(asWork(await next(ports, four)).tasks).toHaveLength(1)
  })

  it('go to nobody else as long as a worker has them', async () => {
    const { ports } = openWork(10)
    await next(ports)
    expect(await next(ports, two)).toMatchObject({ state: 'wait', retryAfterSeconds: 20 })
  })

  it('are waited for longer each time', async () => {
    const { ports } = openWork(10)
    await next(ports)
    const waits: unknown[] = []
    for (let call = 0; call < 6; call++) {
      const reply = await next(ports, two)
      const seconds = reply.state === 'wait' ? reply.retryAfterSeconds : 0
      waits.push(seconds)
      passSeconds(ports, seconds)
    }
    expect(waits).toEqual([20, 40, 80, 160, 300, 300])
  })

  it('come free when a lease expires, except those that were answered', async () => {
    const { ports } = openWork(10)
    const { tasks } = asWork(await next(ports))
    for (const { line, ticket } of tasks.slice(0, 6))
      await submitAnswer('cats-1', line, one, { ticket, submitId: `submit-${line}`, answer: 'empty' }, ports)
    passSeconds(ports, 2701)
    expect(asWork(await next(ports, two)).tasks.map(({ line }) => line)).toEqual([7, 8, 9, 10])
  })

  it('come back to the worker who left them, where nobody else has taken them', async () => {
    const { ports } = openWork(10, { workersPerObject: 2 })
    await next(ports)
    passSeconds(ports, 2701)
    expect(asWork(await next(ports)).tasks).toHaveLength(10)
  })

  it('go to as many workers as each image needs', async () => {
    const { ports } = openWork(10, { workersPerObject: 2 })
    const states = []
    for (const worker of [1, 2, 3]) states.push((await next(ports, { ...one, id: pseudonym(worker) })).state)
    expect(states).toEqual(['work', 'work', 'wait'])
  })

  it('are with a worker for a shorter time near the end', async () => {
    const { ports } = openWork(3, { taskTimeLimitSeconds: 60 })
    expect(asWork(await next(ports)).secondsLeft).toBe(300)
  })

  it('are none after the job was stopped, and none after its time', async () => {
    const stopped = openWork(10, { stop: { at: '2026-01-02T03:59:00.000Z', because: 'requested' } })
    const late = openWork(10, { deadline: '2026-01-02T03:59:00.000Z' })
    expect([(await next(stopped.ports)).state, (await next(late.ports)).state]).toEqual(['done', 'done'])
  })

  it('are refused for a job that the worker may not see', async () => {
    const { ports } = openWork(10)
    await expect(next(ports, { id: pseudonym(1), jobs: ['other'] } as never)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('cost three round trips: the hints, the shard, its conditional write', async () => {
    const { ports } = openWork(2000)
    await next(ports, two)
    ports.world.calls.length = 0
    await next(ports)
    expect(ports.world.calls.map(({ port, method }) => `${port}.${method}`).sort()).toMatchInlineSnapshot(`
[
  "bucket.link",
  "bucket.link",
  "bucket.link",
  "bucket.link",
  "bucket.link",
  "bucket.link",
  "bucket.link",
  "bucket.link",
  "bucket.link",
  "bucket.link",
  "objects.get",
  "objects.get",
  "objects.get",
  "objects.put",
  "objects.put",
]
`)
  })
})
